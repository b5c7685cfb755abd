"""AdamW: Adam whose weight decay is not divided by the gradient's size."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._moments import adam_step
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State


@OPTIMIZERS.register
class AdamW(Optimizer):
    about: ClassVar[About] = About(
        id="adamw",
        label="AdamW",
        summary="Adam with a weight decay of its own, which the gradient's size does not touch.",
        formula=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow (1 - \eta \lambda)\,\theta - "
        r"\eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        source="Loshchilov and Hutter 2017, Decoupled weight decay regularization",
        url="https://arxiv.org/abs/1711.05101",
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
    weight_decay: float = knob(
        0.01,
        "Weight decay λ",
        "Share of each weight lost in a step of learning rate 1.",
        ge=0,
        le=1,
        step=0.001,
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
        β1, β2, ε, λ = self.chosen(knobs, "beta1", "beta2", "epsilon", "weight_decay")
        parameter = parameter * (1 - learning_rate * λ)
        return adam_step(parameter, gradient, state, step, learning_rate, β1, β2, ε)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.AdamW(
            parameters,
            lr=learning_rate,
            betas=(self.beta1, self.beta2),
            eps=self.epsilon,
            weight_decay=self.weight_decay,
            fused=True,
        )
