"""What does momentum make of the error along one direction of a bowl?"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Regime = Literal["over-damped", "under-damped", "flipping", "diverging"]


def radius(rate: Any, momentum: Any, curvature: float) -> Floats:
    """How much of the error one step leaves, after many steps: the spectral radius.

    Along a direction of curvature λ the step v ← μv + λe, e ← e − ηv is one matrix on (v, e). Its
    eigenvalues z solve z² − (1 + μ − ηλ) z + μ = 0, and the error shrinks like max |z| a step.

    Args:
        rate: η, any shape.
        momentum: μ, broadcast with it.
        curvature: λ.

    Returns:
        Of their common shape; below 1 the error shrinks.

    Source: Goh 2017, Why momentum really works, the dynamics of momentum.
    """
    trace, discriminant = _quadratic(rate, momentum, curvature)
    root = np.sqrt(discriminant.astype(complex))
    found: Floats = np.maximum(np.abs(trace + root), np.abs(trace - root)) / 2
    return found


def regime(rate: float, momentum: float, curvature: float) -> Regime:
    """How the error goes: without a swing, in swings, from side to side, or away.

    Two real z above zero shrink it without a swing; two complex ones turn it as they shrink it, at
    √μ a step, whatever the rate; two real ones below zero change its sign at every step.
    """
    trace, discriminant = _quadratic(rate, momentum, curvature)
    if float(radius(rate, momentum, curvature)) >= 1:
        return "diverging"
    if discriminant < 0:
        return "under-damped"
    return "over-damped" if trace >= 0 else "flipping"


def foretold(
    rate: Any, momentum: Any, curvatures: tuple[float, ...], shrink: float
) -> tuple[Floats, Floats]:
    """Spectral radius of the slowest direction, and the updates in which it shrinks an error.

    Args:
        shrink: to which share of itself, in (0, 1).

    Returns:
        Both of the common shape of rate and momentum; infinitely many updates where it grows.
    """
    slowest = np.maximum.reduce([radius(rate, momentum, one) for one in curvatures])
    with np.errstate(divide="ignore", invalid="ignore"):
        updates = np.where(slowest < 1, np.log(shrink) / np.log(slowest), np.inf)
    return slowest, updates


def _quadratic(rate: Any, momentum: Any, curvature: float) -> tuple[Floats, Floats]:
    """Sum of both eigenvalues, and (1 + μ − ηλ)² − 4μ."""
    rate, momentum = np.asarray(rate, float), np.asarray(momentum, float)
    trace = 1 + momentum - rate * curvature
    return trace, trace**2 - 4 * momentum
