"""What does Rosenblatt's rule do, mistake by mistake, and when must it stop?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.config import Config, knob
from engine.device import generator
from engine.topics.neurons.margin import Margin, widest
from engine.topics.neurons.points import REACH, Floats, Plane, arrays, placed


class PerceptronConfig(Config):
    """Points, what the threshold unit is given of them, and in which order it meets them."""

    plane: Plane = Plane()
    features: Literal["plain", "product", "hidden"] = knob(
        "plain",
        "The unit is given",
        "The two coordinates; their product as well; or a layer of random threshold units.",
        options={"plain": "x₁, x₂", "product": "x₁, x₂, x₁x₂", "hidden": "a hidden layer"},
    )
    units: int = knob(
        16, "Hidden units", "Threshold units with random weights, which stay.", ge=1, le=64
    )
    drawn: int = knob(0, "Seed of the hidden layer", "", ge=0, le=999, more=True)
    order: Literal["turn", "worst"] = knob(
        "turn",
        "Who corrects the weights next",
        "The next point that is wrong, going round; or the one that is most wrong.",
        options={"turn": "in turn", "worst": "the most wrong"},
        more=True,
    )
    limit: int = knob(
        250, "Mistakes at most", "The rule is stopped here.", ge=10, le=2000, log=True, more=True
    )


@dataclass(frozen=True, slots=True)
class Walk:
    """Each state of the weights, from zero, and who pushed them there."""

    weights: Floats  # (K + 1, D), the bias first
    pushed: NDArray[np.int64]  # (K,) number of the point of each mistake
    stopped: bool  # whether no point is wrong any more


@dataclass(frozen=True, slots=True)
class Learnt:
    """The walk, and what is known of the points before it begins."""

    x: Floats  # (N, 2)
    y: NDArray[np.int64]  # (N,) classes 0 and 1
    inputs: Floats  # (N, D) what the unit is given, a one first
    walk: Walk
    margin: Margin
    radius: float  # R, the length of the longest input

    @property
    def bound(self) -> float:
        """Novikoff's $(R/\\gamma)^2$; without end where no hyperplane exists."""
        return (self.radius / self.margin.gamma) ** 2 if self.margin.exists else np.inf

    @property
    def common(self) -> Floats | None:
        """A point in both classes' hulls: the proof, on the plane, that no line exists."""
        if self.margin.exists or self.inputs.shape[1] != 3:
            return None
        share = self.margin.weights * (self.y == 1)
        found: Floats = share @ self.x / share.sum()
        return found


def learn(config: PerceptronConfig) -> Learnt | None:
    """Everything of the section; None where the points are not of both classes."""
    x, y = arrays(placed(config.plane))
    if len(set(y.tolist())) < 2:
        return None
    inputs = features(config, x)
    margin = widest(inputs * (2 * y - 1)[:, None])
    walk = rosenblatt(inputs, y, config.limit, worst=config.order == "worst")
    return Learnt(x, y, inputs, walk, margin, float(np.linalg.norm(inputs, axis=1).max()))


def features(config: PerceptronConfig, x: Floats) -> Floats:
    """(N, 2) points to (N, D) inputs of the unit, a one first, which carries the bias.

    The random threshold units are Rosenblatt's association units: fixed, before the unit that
    learns.
    """
    one = np.ones((len(x), 1))
    if config.features == "plain":
        return np.hstack([one, x])
    if config.features == "product":
        return np.hstack([one, x, x[:, :1] * x[:, 1:]])
    source = generator(config.drawn, "neurons", "hidden")
    turn = 2 * np.pi * torch.rand(config.units, generator=source, dtype=torch.float64).numpy()
    far = torch.rand(config.units, generator=source, dtype=torch.float64).numpy()
    lines = np.stack([np.cos(turn), np.sin(turn)])  # (2, H)
    return np.hstack([one, (x @ lines > 0.8 * REACH * (2 * far - 1)).astype(np.float64)])


def rosenblatt(inputs: Floats, y: NDArray[np.int64], limit: int, worst: bool = False) -> Walk:
    """The perceptron rule from zero: $w \\leftarrow w + (y_i-\\hat y_i)\\,\\tilde x_i$.

    $\\hat y = 1[w^\\top\\tilde x > 0]$. A learning rate would scale w and change no answer.

    Args:
        inputs: (N, D).
        y: (N,) classes 0 and 1.
        limit: of mistakes.
        worst: whether the point that is most wrong pushes, and not the next one in turn.

    Source: Rosenblatt 1958; Novikoff 1962 for the number of mistakes.
    """
    w = np.zeros(inputs.shape[1])
    signs, at = 2 * y - 1, 0
    states = [w]
    pushed: list[int] = []
    while True:
        sums = inputs @ w
        wrong = np.flatnonzero((sums > 0) != (y == 1))
        if not len(wrong) or len(pushed) == limit:
            return Walk(np.array(states), np.array(pushed, dtype=np.int64), not len(wrong))
        if worst:
            chosen = int(wrong[np.argmin((signs * sums)[wrong])])
        else:
            chosen = int(wrong[np.searchsorted(wrong, at) % len(wrong)])
        w = w + signs[chosen] * inputs[chosen]
        states.append(w)
        pushed.append(chosen)
        at = chosen + 1
