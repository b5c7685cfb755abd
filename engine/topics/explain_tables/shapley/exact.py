"""What does every feature deserve, exactly? From the values of all coalitions."""

import numpy as np
from numpy.typing import NDArray

from engine.topics.explain_tables.shapley.coalitions import marginals, sizes, weights, without

Array = NDArray[np.float64]


def shapley(v: Array) -> Array:
    """φ_i = Σ_{S without i} |S|! (F - |S| - 1)! / F! · [v(S with i) - v(S)].

    Args:
        v: (2^F,) value of every coalition, as `coalitions` numbers them.

    Returns:
        (F,) in the unit of v; their sum is v(all) - v(none). A feature that changes nothing gets
        exactly 0.

    Source: Shapley 1953, equation 12; Lundberg and Lee 2017, equation 8.
    """
    features = players(v)
    weight = weights(features)
    return np.array(
        [weight[sizes(features)[without(features, i)]] @ marginals(v, i) for i in range(features)]
    )


def interactions(v: Array) -> Array:
    """Main effects on the diagonal, and shared beside it what two features do only together.

    Φ_ij = Σ_{S without i, j} |S|! (F - |S| - 2)! / (2 (F - 1)!) · Δ_ij(S), half for each order,
    Δ_ij(S) = v(S with i, j) - v(S with i) - v(S with j) + v(S), and Φ_ii = φ_i - Σ_j Φ_ij.

    Args:
        v: (2^F,).

    Returns:
        (F, F) symmetric; row i sums to φ_i, and everything to v(all) - v(none).

    Source: Fujimoto, Kojadinovic and Marichal 2006; Lundberg et al. 2020, equations 3 to 5.
    """
    features = players(v)
    found = np.zeros((features, features))
    if features > 1:
        weight = weights(features - 1) / 2
        for i in range(features):
            gain = marginals(v, i)  # a game of the others: bits above i move down by one
            for j in range(i):
                together = marginals(gain, j)
                size = sizes(features - 1)[without(features - 1, j)]
                found[i, j] = found[j, i] = weight[size] @ together
    found[np.diag_indices(features)] = shapley(v) - found.sum(1)
    return found


def by_size(v: Array, feature: int) -> Array:
    """(F,) mean of v(S with i) - v(S) over the coalitions of 0, 1, … F-1 others.

    φ_i is the plain mean of these F numbers: each size weighs the same.
    """
    features = players(v)
    size = sizes(features)[without(features, feature)]
    return np.bincount(size, marginals(v, feature)) / np.bincount(size)


def players(v: Array) -> int:
    """F, of a table of 2^F values. Raises ValueError for any other length."""
    features = len(v).bit_length() - 1
    if v.ndim != 1 or len(v) != 2**features:
        raise ValueError(f"All 2^F coalitions are needed, in one row. Received: shape {v.shape}.")
    return features
