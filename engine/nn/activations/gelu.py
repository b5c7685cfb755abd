"""GELU: each value weighted by the share of a normal distribution that lies below it."""

import math
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class GELU(Activation):
    about: ClassVar[About] = About(
        id="gelu",
        label="GELU",
        summary="Weights each value by the share of a normal distribution below it.",
        formula=r"x\,\Phi(x), \quad \Phi(x) = \tfrac{1}{2}\left(1 + "
        r"\operatorname{erf}\tfrac{x}{\sqrt{2}}\right)",
        source="Hendrycks and Gimpel 2016, Gaussian error linear units",
        url="https://arxiv.org/abs/1606.08415",
    )
    derivative_formula: ClassVar[str] = r"\Phi(x) + x\,\tfrac{1}{\sqrt{2\pi}} e^{-x^2/2}"
    range: ClassVar[str] = r"[-0.170, \infty)"
    saturates: ClassVar[str] = "left"
    monotone: ClassVar[bool] = False
    gain: ClassVar[float | None] = 1.5335
    approximate: Literal["none", "tanh"] = knob(
        "none",
        "Form",
        "The exact function, or the older approximation with a hyperbolic tangent.",
        options={"none": "exact", "tanh": "tanh approximation"},
        more=True,
    )

    def build(self) -> nn.Module:
        return nn.GELU(self.approximate)

    def derivative(self, x: Tensor) -> Tensor:
        if self.approximate == "none":
            density = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
            return (1 + torch.erf(x / math.sqrt(2))) / 2 + x * density
        c = math.sqrt(2 / math.pi)
        t = torch.tanh(c * (x + 0.044715 * x**3))
        return (1 + t) / 2 + x * (1 - t**2) * c * (1 + 3 * 0.044715 * x**2) / 2
