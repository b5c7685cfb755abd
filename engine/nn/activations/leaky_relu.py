"""Leaky ReLU: a little of the negative part passes, so that no unit stops learning."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class LeakyReLU(Activation):
    about: ClassVar[About] = About(
        id="leaky_relu",
        label="Leaky ReLU",
        summary="Passes what is positive and a small share of the rest.",
        formula=r"\max(0, x) + a \min(0, x)",
        source="Maas, Hannun and Ng 2013, Rectifier nonlinearities improve neural network "
        "acoustic models",
        url="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
    )
    derivative_formula: ClassVar[str] = r"\mathbb{1}[x > 0] + a\,\mathbb{1}[x \le 0]"
    range: ClassVar[str] = r"(-\infty, \infty)"
    smooth: ClassVar[bool] = False
    gain: ClassVar[float | None] = (2 / (1 + 0.01**2)) ** 0.5
    slope: float = knob(
        0.01, "Slope a", "Share of the negative part that passes.", ge=0.001, le=0.99, log=True
    )

    def build(self) -> nn.Module:
        return nn.LeakyReLU(self.slope)

    def derivative(self, x: Tensor) -> Tensor:
        return torch.ones_like(x).where(x > 0, self.slope)
