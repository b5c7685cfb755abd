"""Which loss makes fewest mistakes on points that it has not seen? Over twenty draws of points."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.statistics import Comparison, compare
from engine.topics.neurons.losses import LOSSES, LossesConfig, descend, signed
from engine.topics.neurons.points import GAPS, Floats, arrays, placed, unseen

SEEDS = 20
UNSEEN = 1000  # points of each class that every line is judged by
LEARNT = tuple(id for id in LOSSES if id != "zero_one")  # nothing descends the 0/1 loss


@dataclass(frozen=True, slots=True)
class Seeds:
    """Five losses on twenty sets of points, from one start."""

    ids: tuple[str, ...]
    weights: Floats  # (L, S, 3) at the end, the bias first
    wrong: Floats  # (L, S) share of unseen points on the wrong side; NaN where weights left
    least: float  # share that the best line of all gets wrong of them

    @property
    def comparison(self) -> Comparison:
        """Percent of all losses, draw by draw; weights that left count as the worst."""
        return compare(100 * self.wrong, ratio=False, worst=100.0)


def over_seeds(config: LossesConfig) -> Seeds | None:
    """All losses on all draws as one program; None where the points are not drawn.

    The draws are those of the seeds from the chosen one on. All are judged by the same unseen
    points.
    """
    plane = config.plane
    if plane.preset not in GAPS:
        return None
    sets = [
        arrays(placed(plane.with_("seed", (plane.seed + extra) % 1000))) for extra in range(SEEDS)
    ]
    rows = np.stack([signed(x, y) for x, y in sets])
    weights = descend(rows, LEARNT, config)[:, :, -1]  # (S, L, 3)
    (x, y), least = _judges(plane.preset)
    wrong = (~(signed(x, y) @ weights[..., None] > 0)).mean((-2, -1))  # (S, L)
    wrong = np.where(np.isfinite(weights).all(-1), wrong, np.nan)
    return Seeds(LEARNT, weights.swapaxes(0, 1), wrong.T, least)


@lru_cache(maxsize=len(GAPS))
def _judges(preset: str) -> tuple[tuple[Floats, NDArray[np.int64]], float]:
    """The unseen points of a preset, and what the best line gets wrong of them."""
    x, y = arrays(unseen(preset, UNSEEN, 0))
    return (x, y), least_wrong(x, y == 1)


def least_wrong(x: Floats, one: NDArray[np.bool_]) -> float:
    """Share that the best line gets wrong, of 720 directions with every threshold."""
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    across = x @ np.stack([np.cos(angles), np.sin(angles)])  # (N, 720)
    kinds = one[np.argsort(across, axis=0)]
    below = np.vstack([np.zeros(len(angles)), np.cumsum(kinds, 0)])  # of class 1 on the 0 side
    zeros = np.arange(len(x) + 1)[:, None] - below
    return float((below + (len(x) - one.sum()) - zeros).min() / len(x))
