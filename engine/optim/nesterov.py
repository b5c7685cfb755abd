"""Nesterov: momentum that looks at the slope where it is about to be."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated


@OPTIMIZERS.register
class Nesterov(Optimizer):
    about: ClassVar[About] = About(
        id="nesterov",
        label="Nesterov momentum",
        summary="Momentum that looks at the slope where it is about to be.",
        formula=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta (g + \mu v)",
        source="Nesterov 1983; written for the point that is looked at, as in Bengio, "
        "Boulanger-Lewandowski and Pascanu 2013, Advances in optimizing recurrent networks",
        url="https://arxiv.org/abs/1212.0901",
    )
    slots: ClassVar[tuple[str, ...]] = ("v",)
    typical: ClassVar[float] = 0.03
    direction: ClassVar[str] = "v"
    by_curvature: ClassVar[float] = 0.2
    momentum: float = knob(
        0.9, "Momentum μ", "Share of the last step that is kept.", ge=0.01, le=0.999, step=0.01
    )

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        (μ,) = self.chosen(knobs, "momentum")
        (v,) = state
        v = μ * v + g
        return θ - η * (g + μ * v), (v,)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.SGD(
            parameters, lr=learning_rate, momentum=self.momentum, nesterov=True, fused=True
        )
