"""With few points or with many: when is a boundary better than a density, over twenty data sets?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.device import generator
from engine.statistics import Comparison, compare
from engine.topics.neurons.clouds import Clouds, densities, drawn
from engine.topics.neurons.density import GENERATIVE, METHODS, gaussians, logistic, score
from engine.topics.neurons.points import Floats

SIZES = (4, 6, 10, 16, 30, 60, 120, 250)  # training points of each class
SEEDS, TESTED = 20, 1000  # data sets; new points of each class


@dataclass(frozen=True, slots=True)
class Crossover:
    """Shares of new points that are told apart."""

    accuracy: Floats  # (4 methods, sizes, seeds)
    best: float  # of who knows both densities, on the same new points; NaN: no formula

    def at(self, size: int) -> tuple[tuple[str, ...], Comparison]:
        """Who can be fitted to so few points, and these over the seeds, to be judged."""
        values = self.accuracy[:, SIZES.index(size)]
        can = np.atleast_1d(np.isfinite(values).all(1))
        ids = tuple(id for id, fits in zip(METHODS, can, strict=True) if fits)
        return ids, compare(values[can], ratio=False, lower=False)

    def crossed(self, density: str) -> int | None:
        """The size from which on logistic regression's mean is ahead of a density's, which is
        ahead at some smaller one; None: there is none."""
        row = METHODS.index(density)
        gap = (self.accuracy[0] - self.accuracy[row]).mean(-1)
        behind = np.flatnonzero(gap < 0)
        last = int(behind[-1]) if len(behind) else len(SIZES)
        return SIZES[last + 1] if last + 1 < len(SIZES) else None

    def sure(self, density: str) -> bool:
        """Whether, on both sides of a crossing, a lead is larger than what the seed does."""
        size = self.crossed(density)
        if size is None:
            return False
        ahead: dict[bool, bool] = {True: False, False: False}  # logistic regression, the density
        for n in SIZES:
            ids, comparison = self.at(n)
            if density in ids:
                verdict = comparison.verdict(0, ids.index(density))
                first = verdict.difference > 0
                ahead[first] |= verdict.real and first == (n >= size)
        return all(ahead.values())


def crossover(clouds: Clouds, penalty: float, extra: int = 0) -> Crossover:
    """Every method at every size on the same data sets: a larger one holds the smaller ones.

    Args:
        clouds: what is drawn from; not points of one's own.
        penalty: of the logistic regression.
        extra: further inputs, normal and the same for both classes.

    Source: Ng and Jordan 2002, On discriminative vs. generative classifiers.
    """
    source = generator(clouds.seed, "neurons", "crossover")
    sets = _wider(drawn(clouds.preset, (SEEDS, SIZES[-1]), source), extra, source)
    new = drawn(clouds.preset, (TESTED,), source)  # (M, 2 classes, 2)
    wide = _wider(new, extra, source)
    at = np.concatenate([wide[:, 0], wide[:, 1]])
    truth = np.repeat([0, 1], TESTED)
    with threadpool_limits(1):  # many small matrices: threads would wait for each other
        found = _accuracies(sets, at, truth, penalty)
    both = densities(clouds.preset, np.concatenate([new[:, 0], new[:, 1]]))
    best = np.nan if both is None else float((both.argmax(-1) == truth).mean())
    return Crossover(found, best)


def _accuracies(sets: Floats, at: Floats, truth: NDArray[Any], penalty: float) -> Floats:
    """(4 methods, sizes, seeds); NaN where the points are too few for a covariance."""
    found = np.full((len(METHODS), len(SIZES), SEEDS), np.nan)
    for column, size in enumerate(SIZES):
        x = np.concatenate([sets[:, :size, 0], sets[:, :size, 1]], axis=1)  # (S, 2 N, D)
        y = np.repeat([0, 1], size)
        answers = {0: score(logistic(x, y, penalty), at)}
        for row, id in enumerate(GENERATIVE, 1):
            density = gaussians(x, y, id)
            if density.proper:
                answers[row] = density.score(at)
        for row, one in answers.items():
            found[row, column] = ((one > 0) == truth).mean(-1)
    return found


def _wider(points: Floats, extra: int, source: torch.Generator) -> Floats:
    """With as many normal numbers behind both coordinates."""
    more = torch.randn((*points.shape[:-1], extra), generator=source, dtype=torch.float64)
    return np.concatenate([points, more.numpy()], axis=-1)
