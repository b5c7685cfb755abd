"""Momentum: a running sum of gradients, so that consistent directions speed up."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated


@OPTIMIZERS.register
class Momentum(Optimizer):
    about: ClassVar[About] = About(
        id="momentum",
        label="Momentum",
        summary="A running sum of gradients: consistent directions speed up, zig-zags cancel.",
        formula=r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta v",
        source="Polyak 1964, Some methods of speeding up the convergence of iteration methods",
        url="https://doi.org/10.1016/0041-5553(64)90137-5",
    )
    slots: ClassVar[tuple[str, ...]] = ("v",)
    typical: ClassVar[float] = 0.03
    direction: ClassVar[str] = "v"
    by_curvature: ClassVar[float] = 0.2
    momentum: float = knob(
        0.9, "Momentum μ", "Share of the last step that is kept.", ge=0, le=0.999, step=0.01
    )

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        (μ,) = self.chosen(knobs, "momentum")
        (v,) = state
        v = μ * v + g
        return θ - η * v, (v,)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=learning_rate, momentum=self.momentum, fused=True)
