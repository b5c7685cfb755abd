"""PReLU: a leaky ReLU that learns its own slope."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class PReLU(Activation):
    """One slope a layer, a parameter of the module; the derivative is that before training."""

    about: ClassVar[About] = About(
        id="prelu",
        label="PReLU",
        summary="A leaky ReLU whose slope is learned with the weights.",
        formula=r"\max(0, x) + a \min(0, x), \quad a \text{ learned}",
        source="He, Zhang, Ren and Sun 2015, Delving deep into rectifiers",
        url="https://arxiv.org/abs/1502.01852",
    )
    derivative_formula: ClassVar[str] = r"\mathbb{1}[x > 0] + a\,\mathbb{1}[x \le 0]"
    range: ClassVar[str] = r"(-\infty, \infty)"
    smooth: ClassVar[bool] = False
    gain: ClassVar[float | None] = (2 / (1 + 0.25**2)) ** 0.5
    slope: float = knob(
        0.25, "First slope a", "The slope before training.", ge=0, le=0.99, step=0.01
    )

    def build(self) -> nn.Module:
        return nn.PReLU(init=self.slope)

    def derivative(self, x: Tensor) -> Tensor:
        return torch.ones_like(x).where(x > 0, self.slope)
