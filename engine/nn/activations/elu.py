"""ELU: negative values bend towards −α, which pulls the mean output towards zero."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class ELU(Activation):
    """Smooth at α = 1 only; any other α makes a kink at zero."""

    about: ClassVar[About] = About(
        id="elu",
        label="ELU",
        summary="Bends negative values towards −α, so that the mean output is nearer to zero.",
        formula=r"\max(0, x) + \alpha\,(e^{\min(0, x)} - 1)",
        source="Clevert, Unterthiner and Hochreiter 2015, Fast and accurate deep network learning "
        "by exponential linear units",
        url="https://arxiv.org/abs/1511.07289",
    )
    derivative_formula: ClassVar[str] = r"\mathbb{1}[x > 0] + \alpha e^x\,\mathbb{1}[x \le 0]"
    range: ClassVar[str] = r"(-\alpha, \infty)"
    saturates: ClassVar[str] = "left"
    gain: ClassVar[float | None] = 1.2452
    alpha: float = knob(
        1.0, "Floor α", "What very negative inputs become, with a minus.", ge=0.1, le=3, step=0.1
    )

    def build(self) -> nn.Module:
        return nn.ELU(self.alpha)

    def derivative(self, x: Tensor) -> Tensor:
        return torch.where(x > 0, 1.0, self.alpha * x.clamp(max=0).exp())
