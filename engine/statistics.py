"""How certain is a mean, and is a difference larger than what the seed alone does?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats


@dataclass(frozen=True, slots=True)
class Verdict:
    """One setting against another over the same seeds."""

    difference: float  # mean of (first - second)
    low: float  # 95 % confidence interval of it
    high: float
    p: float  # two-sided, of no difference
    seeds: int

    @property
    def real(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.seeds > 1 and (self.low > 0 or self.high < 0)


def paired(first: Sequence[float], second: Sequence[float]) -> Verdict:
    """Student's paired t-test over seeds that share initial weights and batch order.

    Args:
        first: one value a seed.
        second: same length, same seeds.

    Source: Student 1908; paired, because sharing the seed removes what both have in common.
    """
    if len(first) != len(second):
        raise ValueError(f"Expected as many values: {len(first)} and {len(second)}.")
    gaps = np.asarray(first, float) - np.asarray(second, float)
    n, mean = len(gaps), float(np.mean(gaps))
    error = float(np.std(gaps, ddof=1)) / sqrt(n) if n > 1 else float("inf")
    if n < 2 or error == 0:
        same = mean == 0 or n < 2
        return Verdict(mean, mean, mean, 1.0 if same else 0.0, n)
    reach = float(stats.t.ppf(0.975, n - 1)) * error
    p = float(2 * stats.t.sf(abs(mean) / error, n - 1))
    return Verdict(mean, mean - reach, mean + reach, p, n)


def interval(values: NDArray[Any], level: float = 0.95) -> tuple[float, float]:
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
