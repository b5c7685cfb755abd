"""Which learning rate suits a surface, before anyone has tried?

Rules that step in proportion to the slope are limited by the curvature; rules that divide by it,
or keep only its sign, step by about the learning rate itself, so that distance decides.
"""

import math

from engine.optim import OPTIMIZERS
from engine.topics.optimizers.surfaces import Surface

BY_CURVATURE = {"gradient_descent": 0.8, "momentum": 0.2, "nesterov": 0.2}  # times 1 / curvature
BY_DISTANCE = {  # times the distance from the start to the nearest minimum
    "adagrad": 0.2,
    "rmsprop": 0.01,
    "adam": 0.03,
    "adam_l2": 0.03,
    "adamw": 0.03,
    "nadam": 0.03,
    "lion": 0.01,
    "adafactor": 0.05,
    "muon": 0.01,
}


def suited(optimizer: str, surface: Surface) -> float:
    """A rate to start from, rounded down to 1, 2 or 5 times a power of ten.

    Gradient descent on a quadratic of curvature λ is stable up to 2 / λ; that with momentum μ up
    to 2 (1 + μ) / λ. An optimizer that is in neither table gets its typical rate.
    """
    if optimizer in BY_CURVATURE:
        rate = BY_CURVATURE[optimizer] / surface.curvature
    elif optimizer in BY_DISTANCE:
        reach = min(math.dist(surface.start, minimum) for minimum in surface.minima)
        rate = BY_DISTANCE[optimizer] * reach
    else:
        rate = OPTIMIZERS[optimizer].typical
    power = 10.0 ** math.floor(math.log10(rate))
    return round(max(m for m in (1, 2, 5) if m * power <= rate * (1 + 1e-9)) * power, 12)
