"""Adam: momentum, divided by the recent size of the gradient, corrected for a cold start."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._moments import adam_step
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State
from engine.optim._wrap import Wrapped


@OPTIMIZERS.register
class Adam(Optimizer):
    """Without bias correction the two divisors 1 − βᵗ of the formula are 1."""

    about: ClassVar[About] = About(
        id="adam",
        label="Adam",
        summary="Momentum divided by the recent size of each gradient, without a cold start.",
        formula=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow \theta - "
        r"\eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        source="Kingma and Ba 2014, Adam: a method for stochastic optimization",
        url="https://arxiv.org/abs/1412.6980",
    )
    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    typical: ClassVar[float] = 0.01
    direction: ClassVar[str] = "m"
    squares: ClassVar[str] = "v"
    by_distance: ClassVar[float] = 0.03
    beta1: float = knob(
        0.9, "Mean β₁", "Share of the old mean gradient that is kept.", ge=0, le=0.999, step=0.001
    )
    beta2: float = knob(
        0.999,
        "Square β₂",
        "Share of the old mean squared gradient that is kept.",
        ge=0,
        le=0.99999,
        step=0.0001,
    )
    epsilon: float = knob(
        1e-8, "Epsilon ε", "Keeps the division finite.", ge=1e-12, le=0.1, log=True, more=True
    )
    bias_correction: bool = knob(
        True, "Bias correction", "Makes up for running means that start at zero.", more=True
    )

    def update(
        self,
        parameter: Tensor,
        gradient: Tensor,
        state: State,
        step: int,
        learning_rate: Number,
        **knobs: Number,
    ) -> tuple[Tensor, State]:
        β1, β2, ε = self.chosen(knobs, "beta1", "beta2", "epsilon")
        return adam_step(
            parameter, gradient, state, step, learning_rate, β1, β2, ε, self.bias_correction
        )

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        if not self.bias_correction:
            return Wrapped(self, parameters, learning_rate)  # torch has no such class
        return torch.optim.Adam(
            parameters,
            lr=learning_rate,
            betas=(self.beta1, self.beta2),
            eps=self.epsilon,
            fused=True,
        )
