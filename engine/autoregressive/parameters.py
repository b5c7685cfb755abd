"""How many numbers does each way to write down p(x) need?

n pixels of D values each. Counts are returned as log10, because the full table of a 28x28 binary
image already has 237 digits; `exact` gives the integer where it is short.
"""

from dataclasses import dataclass
from math import expm1, inf, log, log10


@dataclass(frozen=True, slots=True)
class Count:
    """One way, and what it costs."""

    id: str
    log10: float
    formula: str  # LaTeX


def _log10_sub_one(exponent: float) -> float:
    """log10(10^exponent - 1)."""
    if exponent > 15:
        return exponent
    return log10(expm1(exponent * log(10))) if exponent > 0 else -inf


def full_table(n: int, levels: int) -> float:
    """log10 of D^n - 1: one probability an image, the last one follows from the others."""
    return _log10_sub_one(n * log10(levels))


def chain_rule(n: int, levels: int) -> float:
    """log10 of sum_i D^(i-1) (D - 1), which is D^n - 1 again: no assumption, no saving."""
    return full_table(n, levels)


def markov(n: int, levels: int, k: int) -> float:
    """log10 of D^k (D - 1) n: a table row for each value of the k previous pixels.

    The first k pixels have shorter histories and so need less; `markov_exact` counts that.
    """
    return k * log10(levels) + log10(levels - 1) + log10(n)


def markov_of_the_lecture(n: int, levels: int, k: int) -> float:
    """log10 of D^k D n: the same without using that probabilities sum to one."""
    return (k + 1) * log10(levels) + log10(n)


def markov_exact(n: int, levels: int, k: int) -> int:
    """sum_i D^min(i-1, k) (D - 1) = D^k - 1 + (n - k) D^k (D - 1) for k < n."""
    k = min(k, n)
    return levels**k - 1 + (n - k) * levels**k * (levels - 1)


def latent(n: int, levels: int, states: int) -> int:
    """(Z - 1) + Z n (D - 1): a distribution of the invented z, and pixels independent given it."""
    return (states - 1) + states * n * (levels - 1)


def independent(n: int, levels: int) -> int:
    """n (D - 1)."""
    return n * (levels - 1)


def logistic(n: int, levels: int = 2) -> int:
    """(D - 1) n (n + 1) / 2: pixel i has i - 1 weights and a bias for each free logit.

    Source: Neal 1992, Connectionist learning of belief networks; fully visible case.
    """
    return (levels - 1) * n * (n + 1) // 2


def nade(n: int, hidden: int, levels: int = 2) -> int:
    """H (n - 1) + H + n H (D - 1) + n (D - 1): shared input weights, an output row a pixel.

    The last pixel's input weights have no use, so n - 1 columns.

    Source: Larochelle and Murray 2011, The neural autoregressive distribution estimator, section 3.
    """
    return hidden * n + n * (hidden + 1) * (levels - 1)


def exact(log10_count: float) -> int | None:
    """The integer where doubles still hold it, else None."""
    return round(10**log10_count) if log10_count < 12 else None


def ladder(
    n: int, levels: int = 2, k: int = 10, states: int = 100, hidden: int = 500
) -> tuple[Count, ...]:
    """All of them, most expensive first as the lecture introduces them."""
    return (
        Count("table", full_table(n, levels), r"D^n - 1"),
        Count("chain", chain_rule(n, levels), r"\sum_i D^{i-1}(D-1) = D^n - 1"),
        Count("markov", markov(n, levels, k), r"D^k (D-1)\, n"),
        Count("markov_lecture", markov_of_the_lecture(n, levels, k), r"D^k \cdot D \cdot n"),
        Count("latent", log10(latent(n, levels, states)), r"(Z-1) + Z n (D-1)"),
        Count("logistic", log10(logistic(n, levels)), r"(D-1)\, n(n+1)/2"),
        Count("nade", log10(nade(n, hidden, levels)), r"Hn + n(H+1)(D-1)"),
        Count("independent", log10(independent(n, levels)), r"n (D-1)"),
    )
