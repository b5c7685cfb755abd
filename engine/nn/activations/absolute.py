"""Absolute value: strength without sign, so that an edge and its negative look the same."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class Absolute(Activation):
    about: ClassVar[About] = About(
        id="absolute",
        label="Absolute value",
        summary="Keeps the strength and forgets the sign: a bright edge equals a dark one.",
        formula=r"|x|",
        source="Jarrett, Kavukcuoglu, Ranzato and LeCun 2009, What is the best multi-stage "
        "architecture for object recognition?",
        url="https://doi.org/10.1109/ICCV.2009.5459469",
    )
    derivative_formula: ClassVar[str] = r"\operatorname{sign}(x)"
    range: ClassVar[str] = r"[0, \infty)"
    smooth: ClassVar[bool] = False
    monotone: ClassVar[bool] = False
    gain: ClassVar[float | None] = 1.0

    def build(self) -> nn.Module:
        return AbsoluteValue()

    def derivative(self, x: Tensor) -> Tensor:
        return torch.sign(x)


class AbsoluteValue(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.abs(x)
