"""Linear: no activation at all, so that a network of any depth is one matrix."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class Linear(Activation):
    about: ClassVar[About] = About(
        id="linear",
        label="Linear",
        summary="No activation: a network of any depth is then one matrix.",
        formula="x",
        source="Saxe, McClelland and Ganguli 2013, Exact solutions to the nonlinear dynamics of "
        "learning in deep linear neural networks",
        url="https://arxiv.org/abs/1312.6120",
    )
    derivative_formula: ClassVar[str] = "1"
    range: ClassVar[str] = r"(-\infty, \infty)"
    zero_centred: ClassVar[bool] = True
    gain: ClassVar[float | None] = 1.0

    def build(self) -> nn.Module:
        return nn.Identity()

    def derivative(self, x: Tensor) -> Tensor:
        return torch.ones_like(x)
