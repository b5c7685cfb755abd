"""Which two classes are to be told apart? Clouds that are drawn, or points that somebody put."""

from typing import Literal

import numpy as np
import torch
from pydantic import Field
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from engine.config import Config, knob
from engine.device import generator
from engine.topics.neurons.points import MOST, REACH, Floats, Placed

Kind = Literal["equal", "unequal", "stray", "crescents"]
Normal = tuple[float, tuple[float, float], tuple[tuple[float, float], tuple[float, float]]]
"""Share, mean and covariance of one cloud."""

ROUND = ((0.2, 0.0), (0.0, 0.2))
SLANTED = ((0.3, 0.18), (0.18, 0.3))
CLOUDS: dict[str, tuple[tuple[Normal, ...], tuple[Normal, ...]]] = {
    "equal": (((1.0, (-0.35, 0.35), SLANTED),), ((1.0, (0.35, -0.05), SLANTED),)),
    "unequal": (((1.0, (0.0, 0.0), ((0.06, 0.0), (0.0, 0.06))),),
                ((1.0, (0.25, 0.1), ((0.5, 0.2), (0.2, 0.5))),)),
    "stray": (((1.0, (-0.55, 0.0), ((0.1, 0.0), (0.0, 0.25))),),
              ((0.8, (0.15, 0.0), ((0.05, 0.0), (0.0, 0.25))),
               (0.2, (1.7, 0.9), ((0.01, 0.0), (0.0, 0.01))))),
}  # fmt: skip


class Clouds(Config):
    """Points of class 0 and class 1, equally many of each where they are drawn."""

    preset: Literal["equal", "unequal", "stray", "crescents", "own"] = knob(
        "equal",
        "Points",
        "Drawn from two densities; those that you move, add or delete are your own.",
        options={
            "equal": "equal clouds",
            "unequal": "a small and a large cloud",
            "stray": "some far off",
            "crescents": "crescents",
            "own": "your own",
        },
    )
    own: tuple[Placed, ...] = Field((), max_length=MOST)
    """x1 and x2 in hundredths, and the class."""
    count: int = knob(20, "Points of each class", "", ge=3, le=MOST // 2)
    seed: int = knob(0, "Seed", "Of what is drawn.", ge=0, le=999, more=True)


def drawn(kind: str, sizes: tuple[int, ...], source: torch.Generator) -> Floats:
    """(*sizes, 2 classes, 2) points, each class from its density."""
    classes = []
    for label in (0, 1):
        z = torch.randn((*sizes, 2), generator=source, dtype=torch.float64).numpy()
        coin = torch.rand(sizes, generator=source, dtype=torch.float64).numpy()
        if kind == "crescents":
            angle = np.pi * coin
            arc = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
            centre = np.array([-0.4, -0.25] if label == 0 else [0.4, 0.25])
            classes.append(centre + 0.8 * arc * (1 if label == 0 else -1) + 0.16 * z)
            continue
        clouds = CLOUDS[kind][label]
        found, below = np.zeros_like(z), 0.0
        for share, mean, covariance in clouds:
            mine = (coin >= below) & (coin < below + share + 1e-12)
            below += share
            moved = np.array(mean) + z @ np.linalg.cholesky(np.array(covariance)).T
            found = np.where(mine[..., None], moved, found)
        classes.append(found)
    return np.stack(classes, axis=-2)


def densities(kind: str, x: Floats) -> Floats | None:
    """(..., 2) logarithm of both true densities; None where they have no formula."""
    if kind not in CLOUDS:
        return None
    columns = []
    for clouds in CLOUDS[kind]:
        parts = [np.log(p) + multivariate_normal(m, c).logpdf(x) for p, m, c in clouds]
        columns.append(logsumexp(np.stack(parts), axis=0))
    return np.stack(columns, axis=-1)


def points_of(clouds: Clouds) -> tuple[Placed, ...]:
    """As somebody could have put them: on a grid of hundredths, inside the picture."""
    if clouds.preset == "own":
        return clouds.own
    source = generator(clouds.seed, "neurons", "clouds")
    both = drawn(clouds.preset, (clouds.count,), source)  # (N, 2, 2)
    whole = np.clip(np.rint(100 * both), -100 * REACH, 100 * REACH).astype(int)
    return tuple((int(x), int(y), kind) for kind in (0, 1) for x, y in whole[:, kind])
