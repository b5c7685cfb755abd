"""Which sets of features are there, and how much does each weigh in a Shapley value?

A coalition S of F features is a number from 0 to 2^F - 1 whose bit i says whether i is in it.
"""

from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

MOST = 16  # features whose 65,536 coalitions are all asked


def count(features: int) -> int:
    """2^F. Raises ValueError where there are more than 16 features."""
    if features > MOST:
        raise ValueError(
            f"{features} features have 2^{features} coalitions; all of them are asked for at most "
            f"{MOST} features. An estimator that samples takes more."
        )
    return 2**features


@lru_cache(maxsize=MOST + 1)
def members(features: int) -> NDArray[np.bool_]:
    """(2^F, F) whether a feature is in a coalition. Shared: do not write to it."""
    return (np.arange(count(features))[:, None] >> np.arange(features) & 1).astype(bool)


@lru_cache(maxsize=MOST + 1)
def sizes(features: int) -> NDArray[np.int64]:
    """(2^F,) |S|. Shared: do not write to it."""
    return members(features).sum(1)


def weights(features: int) -> NDArray[np.float64]:
    """(F,) of a coalition of s others, s = 0 … F-1: s! (F - s - 1)! / F!, which sum to 1 over all.

    Source: Shapley 1953, A value for n-person games, equation 12.
    """
    return np.array([1 / (features * comb(features - 1, s)) for s in range(features)])


def without(features: int, feature: int) -> NDArray[np.int64]:
    """(2^(F-1),) the coalitions that lack a feature, in order."""
    return np.flatnonzero(~members(features)[:, feature])


def marginals(v: NDArray[np.float64], feature: int) -> NDArray[np.float64]:
    """v(S with i) - v(S) of all coalitions S without i: from (2^F,) to (2^(F-1),), in order."""
    halves = v.reshape(-1, 2, 2**feature)
    return (halves[:, 1] - halves[:, 0]).ravel()
