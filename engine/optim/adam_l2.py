"""Adam with L2: the penalty inside the gradient, where Adam scales most of it away."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.optim._knobs import weight_decay
from engine.optim._moments import Moments, adam_step
from engine.optim._spec import OPTIMIZERS, Number, State, Updated


@OPTIMIZERS.register
class AdamL2(Moments):
    about: ClassVar[About] = About(
        id="adam_l2",
        label="Adam with L2",
        summary="Adam with the penalty in the gradient: weights with large gradients decay least.",
        formula=r"h = g + \lambda \theta, \quad m \leftarrow \beta_1 m + (1 - \beta_1) h, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) h^2, \quad "
        r"\theta \leftarrow \theta - "
        r"\eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        source="Loshchilov and Hutter 2019, Decoupled weight decay regularization, "
        "algorithm 2 (in pink)",
        url="https://arxiv.org/abs/1711.05101",
    )
    weight_decay: float = weight_decay("Share of each weight added to its gradient.")

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        β1, β2, ε, λ = self.chosen(knobs, "beta1", "beta2", "epsilon", "weight_decay")
        g = g + λ * θ
        return adam_step(θ, g, state, t, η, β1, β2, ε)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.Adam(
            parameters, **self.given(learning_rate), weight_decay=self.weight_decay, fused=True
        )
