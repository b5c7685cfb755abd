"""What does gradient descent do to a single weight, and from which rate on does it run away?"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import AfterValidator

from engine.config import Config, knob
from engine.formulas import Formula, parse

Floats = NDArray[np.float64]
Verdict = Literal["converges", "ping-pong", "diverges", "stands still", "goes on"]
NAMES = ("w",)
FAR = 1e6  # a typed loss has been left for ever
NEAR = 40.0  # how far downhill its minimum is looked for, and on how many places
PLACES = 4001


def _checked(text: str) -> str:
    if text:
        parse(text, NAMES)
    return text


class OneWeight(Config):
    """ŷ = w x with one example (x, y) and L(w) = (ŷ − y)²; or any loss that is typed."""

    x: float = knob(2.0, "Input x", "Of the one example.", ge=-10, le=10, step=0.1)
    y: float = knob(6.0, "Target y", "What the product should be.", ge=-20, le=20, step=0.1)
    w: float = knob(1.0, "First weight w", "Where it starts.", ge=-20, le=20, step=0.1)
    learning_rate: float = knob(
        0.1, "Learning rate η", "Length of a step.", ge=0.001, le=1, step=0.001
    )
    steps: int = knob(12, "Steps", "Updates.", ge=1, le=200)
    loss: Annotated[str, AfterValidator(_checked)] = knob(
        "", "Own loss L(w)", "A formula of w, as w^4 - 3*w^2 + w. Empty: (w x − y)².",
        max_length=300,
    )  # fmt: skip

    def at(self, weight: Floats) -> Floats:
        """L(w) at any weights."""
        if not self.loss:
            return (weight * self.x - self.y) ** 2
        found: Floats = typed(self.loss)(torch.from_numpy(weight)).numpy()
        return found


@lru_cache(maxsize=64)
def typed(text: str) -> Formula:
    return parse(text, NAMES)


@dataclass(frozen=True, slots=True)
class Descent:
    """Rows of the table, T + 1 of each, and what decides them."""

    weight: Floats
    prediction: Floats
    loss: Floats
    gradient: Floats
    best: float  # y / x, or the minimum downhill; NaN where there is none
    curvature: float  # λ = L'' there, 2 x²
    limit: float  # 2 / λ: largest stable learning rate, inf where x is 0
    factor: float  # 1 − ηλ: what multiplies the distance to the best weight at each step
    verdict: Verdict


def descend(config: OneWeight) -> Descent:
    """Iterate w ← w − η · 2 (w x − y) x.

    The distance to the best weight is multiplied by 1 − ηλ at each step: it shrinks for
    0 < η < 2/λ, changes only its sign at η = 2/λ and grows above.

    Of a typed loss the slope is its automatic derivative, and λ its second derivative at the
    minimum that lies downhill.

    Source: LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 5.
    """
    if config.loss:
        return _typed_descent(config)
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


def _typed_descent(config: OneWeight) -> Descent:
    formula, rate = typed(config.loss), config.learning_rate
    weights = [config.w]
    for _ in range(config.steps):
        weights.append(weights[-1] - rate * _slope(formula, weights[-1]))
    weight = np.array(weights)
    best = _downhill(formula, config.w)
    curvature = _bend(formula, best)
    limit = 2 / curvature if curvature > 0 else float("inf")
    slopes = np.array([_slope(formula, w) for w in weights])
    return Descent(
        weight=weight,
        prediction=weight,
        loss=config.at(weight),
        gradient=slopes,
        best=best,
        curvature=curvature,
        limit=limit,
        factor=1 - rate * curvature,
        verdict=_ended(weight, config.at(weight), slopes),
    )


def _ended(weight: Floats, losses: Floats, slopes: Floats) -> Verdict:
    """What became of a walk on a typed loss, by what it did; where it has no value it is lost."""
    if slopes[0] == 0:
        return "stands still"
    if not np.isfinite([*weight, *losses]).all() or np.abs(weight[-1]) > FAR:
        return "diverges"
    return "converges" if abs(slopes[-1]) < 1e-3 * abs(slopes[0]) else "goes on"


def _slope(formula: Formula, w: float) -> float:
    return float(formula.slopes(torch.tensor(w, dtype=torch.float64))[0])


def _bend(formula: Formula, w: float) -> float:
    """L''(w) by a central difference of slopes; NaN where there is none."""
    step = 1e-4 * max(1.0, abs(w))
    return (_slope(formula, w + step) - _slope(formula, w - step)) / (2 * step)


def _downhill(formula: Formula, start: float) -> float:
    """The first minimum that a ball without momentum reaches from here; NaN where there is none."""
    slope = _slope(formula, start)
    if slope == 0:
        return start
    way = np.linspace(start, start - np.sign(slope) * NEAR, PLACES)
    heights = formula(torch.from_numpy(way)).numpy()
    rises = np.nonzero(~(heights[1:] <= heights[:-1]))[0]
    if not len(rises) or not np.isfinite(heights[rises[0] : rises[0] + 2]).all():
        return float("nan")
    low, high = sorted((way[max(rises[0] - 1, 0)], way[rises[0] + 1]))
    for _ in range(60):  # halved until the slope changes its sign between neighbours
        middle = (low + high) / 2
        low, high = (low, middle) if _slope(formula, middle) > 0 else (middle, high)
    return float((low + high) / 2)
