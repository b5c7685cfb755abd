"""Gradient descent: straight downhill, as far as the slope is steep."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated


@OPTIMIZERS.register
class GradientDescent(Optimizer):
    about: ClassVar[About] = About(
        id="gradient_descent",
        label="Gradient descent",
        summary="Straight downhill, as far as the slope is steep.",
        formula=r"\theta \leftarrow \theta - \eta g",
        source="Cauchy 1847, Méthode générale pour la résolution des systèmes "
        "d'équations simultanées",
        url="https://gallica.bnf.fr/ark:/12148/bpt6k2982c/f540.item",
    )
    typical: ClassVar[float] = 0.1
    by_curvature: ClassVar[float] = 0.8

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        self.chosen(knobs)
        return θ - η * g, ()

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=learning_rate, fused=True)
