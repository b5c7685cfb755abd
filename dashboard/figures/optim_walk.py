"""Where do optimizers walk on a surface, and what is in their minds? One film, all together."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures.narrow import different, stacked
from dashboard.figures.optim_film import (
    NARROW,
    Film,
    base,
    colour_of,
    dash_of,
    label_of,
    mark_of,
    packed,
    stops,
    transport,
)
from dashboard.figures.optim_ground import ground, painting, scale
from engine.optim.surfaces import Surface
from engine.optim.walks.picture import Picture
from engine.optim.walks.walk import Paths

POINTS = 500  # of all walks together in one frame
ARM = 0.11  # longest arrow, in widths of the picture
Floats = NDArray[np.float64]


def film(
    surface: Surface, scene: Picture, paths: Paths, *, arrows: bool, height: int = 600
) -> Film:
    """Contour on the left, loss and distance on the right, all walks together.

    A press on the left chooses another start.
    """
    figure = Film()
    figure.add_traces(ground(surface, scene))
    steps = paths.positions.shape[1] - 1
    names = stops(steps)
    full = thin(np.arange(steps + 1), 500)
    moving: list[int] = []
    for k, id in enumerate(paths.optimizers):
        style = {"color": colour_of(id), "dash": dash_of(id), "width": 2}
        figure.add_scatter(
            x=paths.positions[k, full, 0],
            y=paths.positions[k, full, 1],
            mode="lines",
            line={"color": colour_of(id), "width": 1},
            opacity=0.6,
            hoverinfo="skip",
            showlegend=False,
            legendgroup=id,
        )
        for axis, values in (("2", paths.losses[k] - scene.lowest), ("3", paths.distance[k])):
            figure.add_scatter(
                x=full,
                y=np.maximum(values[full], 1e-16),
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                mode="lines",
                line=style,
                showlegend=False,
                legendgroup=id,
                hovertemplate=f"{label_of(id)}<br>update %{{x}}: %{{y:.3g}}<extra></extra>",
            )
    moments = [_moment(paths, scene, int(step), arrows) for step in names]
    for k, id in enumerate(paths.optimizers):
        moving.append(len(figure.data))
        x, y = moments[-1][k]
        figure.add_scatter(
            x=x,
            y=y,
            name=label_of(id),
            legendgroup=id,
            mode="lines",
            line={"color": colour_of(id), "width": 3},
            hoverinfo="skip",
        )
    looks = [
        ("momentum", "x", "y"),
        ("root of squares", "x", "y"),
        ("heads", "x", "y"),
        ("loss now", "x2", "y2"),
        ("distance now", "x3", "y3"),
    ]
    for place, (name, xaxis, yaxis) in enumerate(looks):
        moving.append(len(figure.data))
        x, y = moments[-1][len(paths.optimizers) + place]
        figure.add_scatter(
            x=x, y=y, name=name, xaxis=xaxis, yaxis=yaxis, hoverinfo="skip", **_look(name, paths)
        )
    _crosses(figure, paths, scene)
    figure.add_scatter(
        x=[paths.positions[0, 0, 0]],
        y=[paths.positions[0, 0, 1]],
        mode="markers",
        name="start",
        marker={
            "symbol": "circle",
            "size": 13,
            "color": "#FFFFFF",
            "line": {"width": 3, "color": "#000000"},
        },
        hoverinfo="skip",
    )
    axes = _axes(scene, steps, paths.losses - scene.lowest, paths.distance)
    layout = base("walk", height) | {
        "dragmode": False,
        "images": [painting(scene)],
        "coloraxis": scale(scene),
        # Margins of their own: measuring all labels to find them takes longer than to draw.
        "margin": {"l": 56, "r": 12, "t": 56, "b": 128, "autoexpand": False},
        "meta": different(_below_each_other()),
    }
    return figure.film(
        [
            {
                "name": str(step),
                "data": [{"x": packed(x), "y": packed(y)} for x, y in moment],
                "traces": moving,
            }
            for step, moment in zip(names, moments, strict=True)
        ],
        **layout,
        **axes,
        **transport([str(step) for step in names], prefix="update "),
    )


def thin(values: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of the values, both ends included."""
    if len(values) <= most:
        return values
    return values[np.unique(np.linspace(0, len(values) - 1, most).round().astype(int))]


def _moment(paths: Paths, scene: Picture, step: int, arrows: bool) -> list[tuple[Floats, Floats]]:
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
        (here.astype(float), np.maximum(paths.losses[now, here] - scene.lowest, 1e-16)),
        (here.astype(float), np.maximum(paths.distance[now, here], 1e-16)),
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


def _look(name: str, paths: Paths) -> dict[str, object]:
    """Lines and markers of one moving trace."""
    colours = [colour_of(id) for id in paths.optimizers]
    if name == "momentum":
        return {
            "mode": "lines+markers",
            "showlegend": False,
            "line": {"color": "#FFFFFF", "width": 2.5},
            "marker": {
                "symbol": "arrow",
                "angleref": "previous",
                "size": [0, 13, 0] * len(colours),
                "color": "#FFFFFF",
                "line": {"color": "#000000", "width": 1},
            },
        }
    if name == "root of squares":
        return {
            "mode": "lines",
            "showlegend": False,
            "line": {"color": "#FFFFFF", "width": 1.5, "dash": "dot"},
        }
    return {
        "mode": "markers",
        "showlegend": False,
        "marker": {
            "size": 12,
            "color": colours,
            "symbol": [mark_of(id) for id in paths.optimizers],
            "line": {"color": "#FFFFFF", "width": 1.5},
        },
    }


def _crosses(figure: go.Figure, paths: Paths, scene: Picture) -> None:
    """A cross where a walk that diverged, or only went far, was last seen in the picture."""
    for k, id in enumerate(paths.optimizers):
        x, y = paths.positions[k].T
        inside = (x >= scene.x1[0]) & (x <= scene.x1[-1])
        inside &= (y >= scene.x2[0]) & (y <= scene.x2[-1])
        if paths.diverged[k] < 0 or not inside.any():
            continue
        last = int(np.nonzero(inside)[0][-1])
        for axis, at in (("", (x[last], y[last])), ("2", _end(paths.losses[k] - scene.lowest))):
            figure.add_scatter(
                x=[at[0]],
                y=[at[1]],
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                mode="markers",
                name=f"{label_of(id)} diverged",
                showlegend=not axis,
                marker={
                    "symbol": "x",
                    "size": 15,
                    "color": colour_of(id),
                    "line": {"color": "#FFFFFF", "width": 1.5},
                },
                hovertemplate=f"{label_of(id)}: diverged at update {paths.diverged[k]}"
                "<extra></extra>",
            )


def _end(values: Floats) -> tuple[float, float]:
    """Step and value of the last finite number."""
    last = int(np.nonzero(np.isfinite(values))[0][-1])
    return float(last), float(max(values[last], 1e-16))


def decades(values: Floats) -> dict[str, object]:
    """A logarithmic axis with a tick a decade, or at 1, 2 and 5 where there are too few."""
    good = values[np.isfinite(values) & (values > 1e-16)]
    span = float(np.log10(good.max() / good.min())) if len(good) else 0.0
    dtick = "D2" if span < 1.5 else max(1, round(span / 5))
    return {"type": "log", "exponentformat": "power", "dtick": dtick}


def _below_each_other() -> dict[str, Any]:
    """The three panels on a narrow screen."""
    domains, total = stacked([250, 130, 130], 44)
    low, high = domains[0]
    bar = {"x": 0.86, "y": low, "yanchor": "bottom", "len": high - low, "title": {"text": "loss"}}
    layout: dict[str, Any] = {
        "height": total + 270,
        "margin": {"t": 90, "b": 180},
        "coloraxis": {"colorbar": bar},
    } | NARROW
    for number, domain in enumerate(domains, 1):
        name = "" if number == 1 else str(number)
        layout[f"xaxis{name}"] = {"domain": [0, 0.84 if number == 1 else 1]}
        layout[f"yaxis{name}"] = {"domain": list(domain)}
    return layout


def _axes(scene: Picture, steps: int, losses: Floats, distances: Floats) -> dict[str, object]:
    """Two weights on the left, loss over distance on the right."""
    plain = {"showgrid": False, "zeroline": False}
    updates = {"domain": [0.74, 1], "range": [0, steps]}
    low, high = scene.x1[[0, -1]].tolist(), scene.x2[[0, -1]].tolist()
    return {
        "xaxis": {"title": {"text": "weight x₁"}, "domain": [0, 0.56], "range": low} | plain,
        "yaxis": {"title": {"text": "weight x₂"}, "range": high} | plain,
        "xaxis2": updates | {"anchor": "y2"},
        "yaxis2": {"title": {"text": "loss above lowest"}, "domain": [0.54, 1], "anchor": "x2"}
        | decades(losses),
        "xaxis3": updates | {"anchor": "y3", "title": {"text": "updates"}},
        "yaxis3": {"title": {"text": "distance to a minimum"}, "domain": [0, 0.46], "anchor": "x3"}
        | decades(distances),
    }
