"""What does each loss make of the same points: how hard does a point push, and where to?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from engine.config import Config, knob
from engine.topics.neurons.margin import widest
from engine.topics.neurons.points import Floats, Plane, arrays, placed
from engine.words import said

Curve = Callable[[Floats], NDArray[Any]]
MOST_UPDATES = 2000


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss as a function of the margin $m=t\\,z$, and its slope."""

    id: str
    formula: str  # LaTeX
    value: Curve
    slope: Curve


LOSSES: dict[str, Loss] = {
    loss.id: loss
    for loss in (
        Loss("zero_one", r"1[m\le 0]", lambda m: (m <= 0) * 1.0, np.zeros_like),
        Loss("perceptron", r"\max(0,-m)", lambda m: np.maximum(0, -m), lambda m: -1.0 * (m < 0)),
        Loss("hinge", r"\max(0,1-m)", lambda m: np.maximum(0, 1 - m), lambda m: -1.0 * (m < 1)),
        Loss("logistic", r"\ln(1+e^{-m})", lambda m: np.logaddexp(0, -m), lambda m: -expit(-m)),
        Loss("squared", r"(1-m)^2", lambda m: (1 - m) ** 2, lambda m: -2 * (1 - m)),
        Loss("exponential", r"e^{-m}", lambda m: np.exp(-m), lambda m: -np.exp(-m)),
    )
}


class LossesConfig(Config):
    """The losses that are drawn, and the race that all of them run on the same points."""

    plane: Plane = Plane(preset="overlapping")
    shown: tuple[str, ...] = Field(tuple(LOSSES), max_length=len(LOSSES))
    push: Literal["zero_one", "perceptron", "hinge", "logistic", "squared", "exponential"] = knob(
        "logistic",
        "Who pushes",
        "The loss whose points are drawn by how hard each still pushes the line.",
        options={
            "zero_one": "0/1",
            "perceptron": "perceptron",
            "hinge": "hinge",
            "logistic": "logistic",
            "squared": "squared",
            "exponential": "exponential",
        },
    )
    penalty: float = knob(
        0.01,
        "Penalty λ",
        "λ/2 times |w|² is added to the mean loss; the bias is free.",
        ge=0,
        le=1,
        log=True,
    )
    learning_rate: float = knob(0.1, "Learning rate", "", ge=0.001, le=1, log=True)
    updates: int = knob(300, "Updates", "", ge=1, le=MOST_UPDATES, log=True)

    @field_validator("shown")
    @classmethod
    def _known(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [id for id in ids if id not in LOSSES]
        if unknown:
            raise ValueError(
                said(
                    "there is no loss {name}; possible: {all}",
                    name=repr(unknown[0][:30]),
                    all=", ".join(LOSSES),
                )
            )
        return tuple(dict.fromkeys(ids))


@dataclass(frozen=True, slots=True)
class Race:
    """Every loss from the same start on the same points: (L, U + 1, 3) weights, the bias first."""

    x: Floats  # (N, 2)
    y: NDArray[np.int64]  # (N,)
    ids: tuple[str, ...]
    weights: Floats
    wrong: NDArray[np.int64]  # (L, U + 1) points on the wrong side
    pushes: Floats  # (L, N) size of each point's slope at the end
    separable: bool
    best: Floats  # (3,) the optimum of the logistic loss; NaN where it has none
    left: float  # largest slope of the logistic loss there
    library: float  # how far scikit-learn's weights are from it; NaN without a penalty

    def row(self, id: str) -> int:
        return self.ids.index(id)


def race(config: LossesConfig) -> Race | None:
    """Gradient descent under every loss at once; None where the points are not of both classes.

    The mean loss and the penalty fall along their own slope, all losses from the weights
    $(0, 0.1, -0.1)$.
    """
    x, y = arrays(placed(config.plane))
    if len(set(y.tolist())) < 2:
        return None
    ids = tuple(LOSSES)
    rows = signed(x, y)
    weights = descend(rows[None], ids, config)[0]
    with np.errstate(over="ignore", invalid="ignore"):
        margins = weights @ rows.T  # (L, U + 1, N)
        pushes = np.stack(
            [np.abs(LOSSES[id].slope(m)) for id, m in zip(ids, margins[:, -1], strict=True)]
        )
    separable = widest(rows).exists
    best = optimum(rows, config.penalty) if config.penalty or not separable else np.full(3, np.nan)
    left = float(np.abs(_slope(rows, best, config.penalty)).max())
    library = _library(x, y, config.penalty, best) if config.penalty else np.nan
    wrong = (~(margins > 0)).sum(-1)
    return Race(x, y, ids, weights, wrong, pushes, separable, best, left, library)


def signed(x: Floats, y: NDArray[np.int64]) -> Floats:
    """(…, N, 3) points times their sign, t·x̃, the bias first."""
    found: Floats = np.concatenate([np.ones_like(x[..., :1]), x], -1) * (2.0 * y - 1)[..., None]
    return found


def descend(rows: Floats, ids: Sequence[str], config: LossesConfig) -> Floats:
    """(S, L, U + 1, 3) weights of every loss on every set of points, all from one start.

    Args:
        rows: (S, N, 3) signed points of S sets.
        ids: of the losses.
        config: rate, penalty and number of updates.
    """
    weights = np.empty((config.updates + 1, len(rows), len(ids), 3))
    weights[0] = (0.0, 0.1, -0.1)
    shrink = config.penalty * np.array([0.0, 1.0, 1.0])
    slopes = [LOSSES[id].slope for id in ids]
    turned = np.ascontiguousarray(rows.transpose(0, 2, 1))  # (S, 3, N)
    with np.errstate(over="ignore", invalid="ignore"):
        for now, after in pairwise(weights):
            push = now @ turned  # (S, L, N) margins, then slopes
            for row, slope in enumerate(slopes):
                push[:, row] = slope(push[:, row])
            gradient = push @ rows / rows.shape[1] + shrink * now
            after[:] = now - config.learning_rate * gradient
    return weights.transpose(1, 2, 0, 3)


def _library(x: Floats, y: NDArray[np.int64], penalty: float, best: Floats) -> float:
    """Largest difference to scikit-learn's weights, whose C is 1/(λN)."""
    other = LogisticRegression(C=1 / (penalty * len(y)), tol=1e-8, max_iter=1000).fit(x, y)
    theirs = np.concatenate([other.intercept_, other.coef_[0]])
    return float(np.abs(theirs - best).max())


def _slope(rows: Floats, w: Floats, penalty: float) -> Floats:
    """Of the mean logistic loss and the penalty."""
    push = -expit(-(rows @ w))
    found: Floats = push @ rows / len(rows) + penalty * w * np.array([0.0, 1.0, 1.0])
    return found


def optimum(rows: Floats, penalty: float, rounds: int = 100) -> Floats:
    """Weights of the least logistic loss, by Newton's method with halved steps.

    Args:
        rows: (N, 3) signed points, the bias first.

    Source: Hastie, Tibshirani and Friedman 2009, The elements of statistical learning, 4.4.1.
    """
    w = np.zeros(3)
    free = penalty * np.diag([0.0, 1.0, 1.0])

    def height(at: Floats) -> float:
        return float(np.logaddexp(0, -(rows @ at)).mean() + penalty / 2 * (at[1:] ** 2).sum())

    for _ in range(rounds):
        slope = _slope(rows, w, penalty)
        share = expit(rows @ w)
        bend = (rows * (share * (1 - share))[:, None]).T @ rows / len(rows) + free
        step = np.linalg.lstsq(bend, slope, rcond=None)[0]
        size = 1.0
        while height(w - size * step) > height(w) and size > 1e-10:
            size /= 2
        w = w - size * step
        if np.abs(slope).max() < 1e-14:
            break
    return w
