"""Tanh: the logistic function centred on zero, with slope 1 there."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class Tanh(Activation):
    about: ClassVar[About] = About(
        id="tanh",
        label="Tanh",
        summary="Squashes any number into (−1, 1), centred on zero, where its slope is 1.",
        formula=r"\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
        source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, section 4.4",
        url="https://doi.org/10.1007/3-540-49430-8_2",
    )
    derivative_formula: ClassVar[str] = r"1 - \tanh^2(x)"
    range: ClassVar[str] = r"(-1, 1)"
    zero_centred: ClassVar[bool] = True
    saturates: ClassVar[str] = "both sides"
    gain: ClassVar[float | None] = 1.5925

    def build(self) -> nn.Module:
        return nn.Tanh()

    def derivative(self, x: Tensor) -> Tensor:
        return 1 - torch.tanh(x) ** 2
