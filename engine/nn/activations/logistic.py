"""Logistic: any number to a probability; flat on both sides, so deep stacks of it learn slowly."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class Logistic(Activation):
    about: ClassVar[About] = About(
        id="logistic",
        label="Logistic",
        summary="Squashes any number into a probability; its slope is never more than 1/4.",
        formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
        source="Rumelhart, Hinton and Williams 1986, Learning representations by "
        "back-propagating errors",
        url="https://doi.org/10.1038/323533a0",
    )
    derivative_formula: ClassVar[str] = r"\sigma(x)\,(1 - \sigma(x))"
    range: ClassVar[str] = r"(0, 1)"
    saturates: ClassVar[str] = "both sides"
    gain: ClassVar[float | None] = 1.8462

    def build(self) -> nn.Module:
        return nn.Sigmoid()

    def derivative(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x) * torch.sigmoid(-x)
