"""Softplus: a ReLU with a rounded corner; β says how sharp it is."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.nn.activations._spec import ACTIVATIONS, Activation

THRESHOLD = 20.0  # above it torch returns x itself, which is off by at most e⁻²⁰/β


@ACTIVATIONS.register
class Softplus(Activation):
    about: ClassVar[About] = About(
        id="softplus",
        label="Softplus",
        summary="A ReLU with a rounded corner; its derivative is the logistic function.",
        formula=r"\frac{1}{\beta} \ln(1 + e^{\beta x})",
        source="Dugas, Bengio, Bélisle, Nadeau and Garcia 2000, Incorporating second-order "
        "functional knowledge for better option pricing",
        url="https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html",
    )
    derivative_formula: ClassVar[str] = r"\sigma(\beta x)"
    range: ClassVar[str] = r"(0, \infty)"
    saturates: ClassVar[str] = "left"
    gain: ClassVar[float | None] = 1.0419
    beta: float = knob(1.0, "Sharpness β", "Larger is nearer to a ReLU.", ge=0.1, le=10, log=True)

    def build(self) -> nn.Module:
        return nn.Softplus(self.beta, THRESHOLD)

    def derivative(self, x: Tensor) -> Tensor:
        return torch.where(self.beta * x > THRESHOLD, 1.0, torch.sigmoid(self.beta * x))
