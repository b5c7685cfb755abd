"""Which differences between settings are larger than what the seed alone does?

One method for all verdicts of the app. Losses are compared by ratios, that is by differences of
their logarithms, since they span decades; accuracies and R² by differences. The values of a seed
belong together, for what a seed shares falls out of their difference. All pairs of settings are
judged at once, with intervals that hold together in 95 % of comparisons: so the best may be chosen
by looking, and where each setting's own rate was chosen by looking, all that were tried count.

    t_ij = mean_s(y_is − y_js) / √((v_ij + v̄) / 2S),   |t_ij| against the 95 % quantile of max |t|

where v_ij is the variance of a pair's differences over S seeds and v̄ its mean over all pairs. A
pair whose few seeds agree by luck cannot become certain, nor one that is noisy hide behind calm
ones. Sources: Student 1908 (a pair alone); Tukey 1953 (all pairs at once, by the largest
difference of equals); Smyth 2004 (a variance that leans on those of its neighbours).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
LEVEL = 0.95  # of all intervals of a comparison together
LEAST = 1e-12  # a loss below is rounding: no ratio is made of less
DRAWS, WORK = 10_000, 1e7  # comparisons between equals that are drawn, and pairs in all of them


@dataclass(frozen=True, slots=True)
class Verdict:
    """One setting against another over the same seeds."""

    difference: float  # mean of (first - second), of logarithms where `ratio`
    low: float  # interval of it, that holds together with all others of its comparison
    high: float
    p: float  # share of comparisons between equals in which some pair differs by as much
    seeds: int
    ratio: bool = False

    @property
    def real(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.seeds > 1 and (self.low > 0 or self.high < 0)

    @property
    def times(self) -> tuple[float, float, float]:
        """The ratio first : second and its interval."""
        return exp(self.difference), exp(self.low), exp(self.high)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """K settings over the same S seeds."""

    values: Floats  # (K, S) as they are compared: logarithms where `ratio`
    ratio: bool
    lower: bool  # whether less is better
    tried: int = 1  # candidates of each setting, of which the best was chosen by looking

    @property
    def seeds(self) -> int:
        return self.values.shape[1]

    @property
    def candidates(self) -> int:
        """All that were tried: each setting at each of its rates."""
        return len(self.values) * self.tried

    @property
    def order(self) -> list[int]:
        """The settings, best first, by the same mean that `verdict` compares."""
        means = self.values.mean(1)
        return [int(k) for k in np.argsort(means if self.lower else -means, kind="stable")]

    def verdict(self, first: int, second: int) -> Verdict:
        """How the first setting differs from the second one."""
        gaps = self.values[first] - self.values[second]
        mean = float(gaps.mean())
        if self.seeds < 2:
            return Verdict(mean, -np.inf, np.inf, 1.0, self.seeds, self.ratio)
        (one, other), own = np.triu_indices(len(self.values), 1), float(gaps.var(ddof=1))
        every = (self.values[one] - self.values[other]).var(axis=1, ddof=1).mean()
        error = float(np.sqrt((own + every) / 2 / self.seeds))
        # Of few seeds a lone pair needs more than one of many, whose variance leans on others.
        equals = [largest_of_equals(k, self.seeds) for k in {len(self.values), self.candidates}]
        reach = max(float(np.quantile(drawn, LEVEL)) for drawn in equals) * error
        far = abs(mean) / error if error else (np.inf if mean else -np.inf)
        p = max(float((drawn >= far).mean()) for drawn in equals)
        return Verdict(mean, mean - reach, mean + reach, p, self.seeds, self.ratio)

    def against_best(self) -> list[tuple[int, int, Verdict]]:
        """(best, other, by how much the other is worse), best first."""
        best, *others = self.order
        return [
            (best, other, self.verdict(other, best) if self.lower else self.verdict(best, other))
            for other in others
        ]


def compare(
    values: ArrayLike, *, ratio: bool, lower: bool = True, tried: int = 1, worst: float = np.nan
) -> Comparison:
    """Settings over the same seeds, to be judged.

    Args:
        values: (K, S) one a setting and seed; not finite where a run died.
        ratio: compare ratios, as of losses; differences where a value is below zero.
        lower: whether less is better.
        tried: candidates of which each setting is the best one, as learning rates.
        worst: what a dead run counts as; at least as bad as the worst that is finite.
    """
    whole = dead_as_worst(values, lower=lower, worst=worst)
    ratio = ratio and bool((whole >= 0).all())
    return Comparison(np.log(np.maximum(whole, LEAST)) if ratio else whole, ratio, lower, tried)


def dead_as_worst(
    values: ArrayLike, *, lower: bool = True, worst: float = np.nan, axis: int | None = None
) -> Floats:
    """The values, with those that are not finite replaced by the worst of all and of `worst`; 0
    where none is known.

    Args:
        axis: along which the worst is looked for; None: among all.
    """
    sign = 1.0 if lower else -1.0
    found = sign * np.asarray(values, np.float64)
    good = np.isfinite(found)
    known = np.where(good, found, -np.inf).max(axis, keepdims=True, initial=-np.inf)
    if np.isfinite(worst):
        known = np.maximum(known, sign * worst)
    return sign * np.where(good, found, np.where(np.isfinite(known), known, 0.0))


def typical(values: ArrayLike, *, ratio: bool, axis: int = -1) -> Floats:
    """What the seeds centre on, by the measure that verdicts compare: the geometric mean where
    ratios are compared, else the mean. Not finite where one of the values is not."""
    found = np.asarray(values, np.float64)
    if not ratio or (found < 0).any():
        return np.asarray(found.mean(axis))
    return np.asarray(np.exp(np.log(np.maximum(found, LEAST)).mean(axis)))


@lru_cache(maxsize=256)
def largest_of_equals(settings: int, seeds: int) -> Floats:
    """Largest |t| over all pairs of a comparison between equals, sorted: (DRAWS,) or fewer.

    Values are drawn from one normal distribution; the same numbers at every call.
    """
    if settings == 2:  # one pair, whose variance is its own: Student's t
        places = (np.arange(DRAWS) + 0.5) / DRAWS
        return np.asarray(stats.t.ppf((1 + places) / 2, seeds - 1))
    draw, parts = np.random.default_rng(0), []
    one, other = np.triu_indices(settings, 1)
    left = int(min(DRAWS, max(2000, WORK // len(one))))
    while left > 0:
        many = min(left, int(max(1, 2e6 // len(one))))
        y = draw.standard_normal((many, settings, seeds), dtype=np.float32)
        mean = y.mean(2)
        y -= mean[:, :, None]
        shared = y @ y.transpose(0, 2, 1) / (seeds - 1)  # (many, K, K) covariances
        own = np.einsum("nkk->nk", shared)
        variance = own[:, one] + own[:, other] - 2 * shared[:, one, other]  # (many, pairs)
        variance = (variance + variance.mean(1, keepdims=True)) / 2
        gaps = np.abs(mean[:, one] - mean[:, other])
        parts.append((gaps / np.sqrt(variance / seeds)).max(1))
        left -= many
    return np.sort(np.concatenate(parts).astype(np.float64))


def interval(values: NDArray[Any], level: float = LEVEL) -> tuple[float, float]:
    """The mean of what is finite, and the half width of its Student t interval.

    Args:
        values: (N,) one a picture.
        level: of confidence, in 0..1.

    Returns:
        Mean (NaN where nothing is finite) and half width (0 for fewer than two).
    """
    kept = np.asarray(values, np.float64)
    kept = kept[np.isfinite(kept)]
    if len(kept) < 2:
        return (float(kept.mean()) if len(kept) else float("nan")), 0.0
    half = stats.t.ppf((1 + level) / 2, len(kept) - 1) * kept.std(ddof=1) / np.sqrt(len(kept))
    return float(kept.mean()), float(half)


def solved(values: Sequence[float], threshold: float) -> int:
    """How many of the seeds reach a threshold; one that died does not."""
    return sum(bool(np.isfinite(value) and value >= threshold) for value in values)
