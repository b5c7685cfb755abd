"""Which learning rate suits a surface, before anyone has tried?

Rules that step in proportion to the slope are limited by the curvature; rules that divide by it,
or keep only its sign, step by about the learning rate itself, so that distance decides.
"""

import math

from engine.optim import OPTIMIZERS
from engine.topics.optimizers.surfaces import Surface


def suited(optimizer: str, surface: Surface) -> float:
    """A rate to start from, rounded down to 1, 2 or 5 times a power of ten.

    Gradient descent on a quadratic of curvature λ is stable up to 2 / λ; that with momentum μ up
    to 2 (1 + μ) / λ. An optimizer that says neither gets its typical rate.
    """
    rule = OPTIMIZERS[optimizer]
    if rule.by_curvature:
        rate = rule.by_curvature / surface.curvature
    elif rule.by_distance:
        (low, high), _ = surface.extent
        reach = min(math.dist(surface.start, minimum) for minimum in surface.minima)
        rate = rule.by_distance * max(reach, (high - low) / 1000)  # it may start at its goal
    else:
        rate = rule.typical
    power = 10.0 ** math.floor(math.log10(rate))
    return round(max(m for m in (1, 2, 5) if m * power <= rate * (1 + 1e-9)) * power, 12)
