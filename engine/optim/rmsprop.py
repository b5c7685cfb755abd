"""RMSProp: AdaGrad that forgets, so that its steps need not shrink to nothing."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated


@OPTIMIZERS.register
class RMSProp(Optimizer):
    """torch keeps b only where momentum is not 0."""

    about: ClassVar[About] = About(
        id="rmsprop",
        label="RMSProp",
        summary="Divides by each gradient's recent size: steep and flat coordinates move alike.",
        formula=r"v \leftarrow \alpha v + (1 - \alpha) g^2, \quad "
        r"b \leftarrow \mu b + \frac{g}{\sqrt{v} + \epsilon}, \quad "
        r"\theta \leftarrow \theta - \eta b",
        source="Tieleman and Hinton 2012, Neural networks for machine learning, lecture 6e",
        url="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
    )
    slots: ClassVar[tuple[str, ...]] = ("v", "b")
    typical: ClassVar[float] = 0.003
    direction: ClassVar[str] = "b"
    squares: ClassVar[str] = "v"
    by_distance: ClassVar[float] = 0.01
    decay: float = knob(
        0.99,
        "Decay α",
        "Share of the old mean squared gradient that is kept.",
        ge=0,
        le=0.9999,
        step=0.001,
    )
    momentum: float = knob(
        0.0, "Momentum μ", "Share of the last step that is kept.", ge=0, le=0.999, step=0.01
    )
    epsilon: float = knob(
        1e-8, "Epsilon ε", "Keeps the division finite.", ge=1e-12, le=0.1, log=True, more=True
    )

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        α, μ, ε = self.chosen(knobs, "decay", "momentum", "epsilon")
        v, b = state
        v = α * v + (1 - α) * g * g
        b = μ * b + g / (v.sqrt() + ε)
        return θ - η * b, (v, b)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(
            parameters,
            lr=learning_rate,
            alpha=self.decay,
            momentum=self.momentum,
            eps=self.epsilon,
            foreach=True,
        )
