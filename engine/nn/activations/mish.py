"""Mish: each value weighted by the tanh of its softplus."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class Mish(Activation):
    about: ClassVar[About] = About(
        id="mish",
        label="Mish",
        summary="Weights each value by the tanh of its softplus.",
        formula=r"x \tanh(s), \quad s = \ln(1 + e^x)",
        source="Misra 2019, Mish: a self regularized non-monotonic activation function",
        url="https://arxiv.org/abs/1908.08681",
    )
    derivative_formula: ClassVar[str] = r"\tanh(s) + x\,\sigma(x)\,(1 - \tanh^2(s))"
    range: ClassVar[str] = r"[-0.309, \infty)"
    saturates: ClassVar[str] = "left"
    monotone: ClassVar[bool] = False
    gain: ClassVar[float | None] = 1.4868

    def build(self) -> nn.Module:
        return nn.Mish()

    def derivative(self, x: Tensor) -> Tensor:
        t = torch.tanh(nn.functional.softplus(x))
        return t + x * torch.sigmoid(x) * (1 - t**2)
