"""Does a signal vanish or explode on its way through a network?"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.topics.activations.profile import Signal

LOST = 100.0  # factor between first and last layer from which a signal has vanished or exploded

ROUNDING = 1e-9  # decades: a difference of two logarithms may miss a factor by that

State = Literal["vanishing", "healthy", "exploding", "no gradient", "overflow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """From the first layer to the last, and back."""

    state: State  # of the gradient
    forward: State  # of the signal
    gradient_decades: float  # log10(gradient of the last layer / of the first); > 0: it vanishes
    signal_decades: float  # log10(std given to the last layer / to the first); < 0: it vanishes
    gradient_factor: float  # geometric mean of the factor from a layer to the one before it
    signal_factor: float  # geometric mean of the factor from a layer to the next


def health(signal: Signal) -> Health:
    """Vanishing or exploding: a factor of `LOST` or more between the first and the last layer."""
    steps = max(1, len(signal.before) - 1)
    back = decades(signal.gradient[0], signal.gradient[-1])
    forth = decades(signal.before[0], signal.before[-1])
    return Health(
        state=_state(signal.gradient[-1], signal.gradient[0]),
        forward=_state(signal.before[0], signal.before[-1]),
        gradient_decades=back,
        signal_decades=forth,
        gradient_factor=10 ** (-back / steps),
        signal_factor=10 ** (forth / steps),
    )


def decades(start: float, end: float) -> float:
    """log10(end / start); infinite where one of both is zero or infinite, nan where both are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.log10(end) - np.log10(start))


def _state(start: float, end: float) -> State:
    """What becomes of a strength on its way: zero at both ends is nothing that could be lost, and
    too large for a number at both is nothing that could be compared."""
    growth = decades(start, end)
    if start == end == 0:
        return "no gradient"
    if math.isnan(growth):
        return "overflow"
    if abs(growth) < math.log10(LOST) - ROUNDING:
        return "healthy"
    return "exploding" if growth > 0 else "vanishing"
