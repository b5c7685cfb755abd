"""What does gradient descent do to a single weight, and from which rate on does it run away?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.config import Config, knob

Floats = NDArray[np.float64]
Verdict = Literal["converges", "ping-pong", "diverges", "stands still"]


class OneWeight(Config):
    """ŷ = w x with one example (x, y) and L(w) = (ŷ − y)²."""

    x: float = knob(2.0, "Input x", "Of the one example.", ge=-10, le=10, step=0.1)
    y: float = knob(6.0, "Target y", "What the product should be.", ge=-20, le=20, step=0.1)
    w: float = knob(1.0, "First weight w", "Where it starts.", ge=-20, le=20, step=0.1)
    learning_rate: float = knob(
        0.1, "Learning rate η", "Length of a step.", ge=0.001, le=1, step=0.001
    )
    steps: int = knob(12, "Steps", "Updates.", ge=1, le=200)


@dataclass(frozen=True, slots=True)
class Descent:
    """Rows of the table, T + 1 of each, and what decides them."""

    weight: Floats
    prediction: Floats
    loss: Floats
    gradient: Floats
    best: float  # y / x, NaN where x is 0
    curvature: float  # λ = L'' = 2 x²
    limit: float  # 2 / λ: largest stable learning rate, inf where x is 0
    factor: float  # 1 − ηλ: what multiplies the distance to the best weight at each step
    verdict: Verdict


def descend(config: OneWeight) -> Descent:
    """Iterate w ← w − η · 2 (w x − y) x.

    The distance to the best weight is multiplied by 1 − ηλ at each step: it shrinks for
    0 < η < 2/λ, changes only its sign at η = 2/λ and grows above.

    Source: LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 5.
    """
    x, y, rate = config.x, config.y, config.learning_rate
    weights = [config.w]
    for _ in range(config.steps):
        w = weights[-1]
        weights.append(w - rate * 2 * (w * x - y) * x)
    weight = np.array(weights)
    curvature = 2 * x * x
    with np.errstate(over="ignore", invalid="ignore"):  # a walk that diverges ends in inf and NaN
        return Descent(
            weight=weight,
            prediction=weight * x,
            loss=(weight * x - y) ** 2,
            gradient=2 * (weight * x - y) * x,
            best=y / x if x else float("nan"),
            curvature=curvature,
            limit=2 / curvature if curvature else float("inf"),
            factor=1 - rate * curvature,
            verdict=_verdict(1 - rate * curvature, config),
        )


def _verdict(factor: float, config: OneWeight) -> Verdict:
    if factor == 1 or config.w * config.x == config.y:
        return "stands still"  # no slope, or at the minimum already
    if abs(abs(factor) - 1) < 1e-12:
        return "ping-pong"
    return "converges" if abs(factor) < 1 else "diverges"
