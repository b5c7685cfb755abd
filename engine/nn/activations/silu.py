"""SiLU: each value weighted by its own logistic; also called swish."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class SiLU(Activation):
    about: ClassVar[About] = About(
        id="silu",
        label="SiLU (swish)",
        summary="Weights each value by its own logistic.",
        formula=r"x\,\sigma(x)",
        source="Elfwing, Uchibe and Doya 2017, Sigmoid-weighted linear units for neural network "
        "function approximation in reinforcement learning",
        url="https://arxiv.org/abs/1702.03118",
    )
    derivative_formula: ClassVar[str] = r"\sigma(x)\left(1 + x\,(1 - \sigma(x))\right)"
    range: ClassVar[str] = r"[-0.278, \infty)"
    saturates: ClassVar[str] = "left"
    monotone: ClassVar[bool] = False
    gain: ClassVar[float | None] = 1.6765

    def build(self) -> nn.Module:
        return nn.SiLU()

    def derivative(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x) * (1 + x * torch.sigmoid(-x))
