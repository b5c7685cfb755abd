"""AdamW: Adam whose weight decay is not divided by the gradient's size."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.optim._knobs import weight_decay
from engine.optim._moments import Moments, adam_step
from engine.optim._spec import OPTIMIZERS, Number, State, Updated


@OPTIMIZERS.register
class AdamW(Moments):
    about: ClassVar[About] = About(
        id="adamw",
        label="AdamW",
        summary="Adam with a weight decay of its own, which the gradient's size does not touch.",
        formula=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow (1 - \eta \lambda)\,\theta - "
        r"\eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        source="Loshchilov and Hutter 2019, Decoupled weight decay regularization",
        url="https://arxiv.org/abs/1711.05101",
    )
    weight_decay: float = weight_decay()

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        β1, β2, ε, λ = self.chosen(knobs, "beta1", "beta2", "epsilon", "weight_decay")
        θ = θ * (1 - η * λ)
        return adam_step(θ, g, state, t, η, β1, β2, ε)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.AdamW(
            parameters, **self.given(learning_rate), weight_decay=self.weight_decay, fused=True
        )
