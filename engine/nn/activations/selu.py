"""SELU: an ELU scaled so that mean 0 and variance 1 keep themselves from layer to layer."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation

# Klambauer et al. 2017, equation 14: the fixed point at mean 0 and variance 1.
ALPHA = 1.6732632423543772848170429916717
SCALE = 1.0507009873554804934193349852946


@ACTIVATIONS.register
class SELU(Activation):
    about: ClassVar[About] = About(
        id="selu",
        label="SELU",
        summary="An ELU scaled so that mean 0 and variance 1 reproduce themselves.",
        formula=r"\lambda\left(\max(0, x) + \alpha\,(e^{\min(0, x)} - 1)\right),"
        r"\quad \lambda \approx 1.0507,\ \alpha \approx 1.6733",
        source="Klambauer, Unterthiner, Mayr and Hochreiter 2017, Self-normalizing neural networks",
        url="https://arxiv.org/abs/1706.02515",
    )
    derivative_formula: ClassVar[str] = (
        r"\lambda\left(\mathbb{1}[x > 0] + \alpha e^x\,\mathbb{1}[x \le 0]\right)"
    )
    range: ClassVar[str] = r"(-\lambda\alpha, \infty)"
    zero_centred: ClassVar[bool] = True
    saturates: ClassVar[str] = "left"
    smooth: ClassVar[bool] = False
    gain: ClassVar[float | None] = 1.0

    def build(self) -> nn.Module:
        return nn.SELU()

    def derivative(self, x: Tensor) -> Tensor:
        return SCALE * torch.where(x > 0, 1.0, ALPHA * x.clamp(max=0).exp())
