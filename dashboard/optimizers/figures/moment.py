"""What does a film of walks hold at one moment? Trails, heads, and what each rule remembers."""

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.film import Trace
from dashboard.optimizers.figures.walkers import looks
from engine.topics.optimizers.walks.picture import Picture
from engine.topics.optimizers.walks.walk import Paths

POINTS = 500  # of all walks together
ARM = 0.11  # longest arrow, in widths of the picture
SHOWN = 1e-6  # the lowest loss and distance in sight at first: below, a walk has arrived
LEAST = 1e-16  # of what stands on a logarithmic axis
Floats = NDArray[np.float64]


def thin(values: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of the values, both ends included."""
    if len(values) <= most:
        return values
    return values[np.unique(np.linspace(0, len(values) - 1, most).round().astype(int))]


def moment(paths: Paths, scene: Picture, step: int, arrows: bool) -> list[tuple[Floats, Floats]]:
    """What every moving trace holds at one step, in the order that `film` adds them."""
    count = len(paths.optimizers)
    seen = thin(np.arange(step + 1), max(40, POINTS // count))
    trails = [(paths.positions[k, seen, 0], paths.positions[k, seen, 1]) for k in range(count)]
    here = np.array([_alive(paths, k, step) for k in range(count)])
    heads = paths.positions[np.arange(count), here]  # (K, 2)
    none = (np.array([np.nan]), np.array([np.nan]))
    memory = (_arrows(paths, scene, here, heads), _bars(paths, scene, here, heads))
    now = np.arange(count)
    return [
        *trails,
        *(memory if arrows else (none, none)),
        (heads[:, 0], heads[:, 1]),
        (here.astype(float), np.maximum(paths.losses[now, here] - scene.lowest, SHOWN)),
        (here.astype(float), np.maximum(paths.distance[now, here], SHOWN)),
    ]


def _alive(paths: Paths, k: int, step: int) -> int:
    """The step, or the last one before the walk diverged."""
    end = int(paths.diverged[k])
    return min(step, end - 1) if end >= 0 else step


def _arrows(
    paths: Paths, scene: Picture, here: NDArray[np.int64], heads: Floats
) -> tuple[Floats, Floats]:
    """From each head along the downhill side of its momentum: head, tip, gap."""
    now = np.arange(len(here))
    size = np.array([np.ptp(scene.x1), np.ptp(scene.x2)])
    longest = _largest(np.linalg.norm(paths.direction, axis=-1))  # (K,)
    arm = -paths.direction[now, here] / longest[:, None] * ARM * size.min()
    gap = np.full_like(heads, np.nan)
    points = np.stack([heads, heads + arm, gap], 1).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _bars(
    paths: Paths, scene: Picture, here: NDArray[np.int64], heads: Floats
) -> tuple[Floats, Floats]:
    """A cross at each head, each arm the root of that coordinate's squares."""
    now = np.arange(len(here))
    size = np.array([np.ptp(scene.x1), np.ptp(scene.x2)])
    roots = np.sqrt(np.maximum(paths.squares, 0))  # NaN where a rule keeps none
    longest = _largest(roots.max(-1))
    arm = roots[now, here] / longest[:, None] * ARM / 2 * size.min()  # (K, 2)
    gap = np.full_like(heads, np.nan)
    flat, tall = arm * [1, 0], arm * [0, 1]
    points = np.stack([heads - flat, heads + flat, gap, heads - tall, heads + tall, gap], 1)
    points = points.reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _largest(values: Floats) -> Floats:
    """Largest finite value of each row, never 0."""
    found = np.where(np.isfinite(values), values, 0).max(1)
    return np.where(found > 0, found, 1.0)


def style(name: str, paths: Paths) -> Trace:
    """Lines and markers of one moving trace."""
    walks = looks(paths)
    if name == "momentum":
        return {
            "mode": "lines+markers",
            "showlegend": False,
            "line": {"color": palette.EDGE, "width": 2.5},
            "marker": {
                "symbol": "arrow",
                "angleref": "previous",
                "size": [0, 13, 0] * len(walks),
                "color": palette.EDGE,
                "line": {"color": palette.BLACK, "width": 1},
            },
        }
    if name == "root of squares":
        return {
            "mode": "lines",
            "showlegend": False,
            "line": {"color": palette.EDGE, "width": 1.5, "dash": "dot"},
        }
    return {
        "mode": "markers",
        "showlegend": False,
        "marker": {
            "size": 12,
            "color": [look.colour for look in walks],
            "symbol": [look.marker for look in walks],
            "line": {"color": palette.EDGE, "width": 1.5},
        },
    }
