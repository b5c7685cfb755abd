"""ReLU: pass the positive part, stop the rest."""

from typing import ClassVar

from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class ReLU(Activation):
    about: ClassVar[About] = About(
        id="relu",
        label="ReLU",
        summary="Passes what is positive and stops the rest.",
        formula=r"\max(0, x)",
        source="Glorot, Bordes and Bengio 2011, Deep sparse rectifier neural networks",
        url="https://proceedings.mlr.press/v15/glorot11a.html",
    )
    derivative_formula: ClassVar[str] = r"\mathbb{1}[x > 0]"
    range: ClassVar[str] = r"[0, \infty)"
    saturates: ClassVar[str] = "left"
    can_die: ClassVar[bool] = True
    smooth: ClassVar[bool] = False
    gain: ClassVar[float | None] = 2**0.5

    def build(self) -> nn.Module:
        return nn.ReLU()

    def derivative(self, x: Tensor) -> Tensor:
        return (x > 0).to(x.dtype)
