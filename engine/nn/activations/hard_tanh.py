"""Hard tanh: tanh from three straight lines."""

from typing import ClassVar

from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class HardTanh(Activation):
    about: ClassVar[About] = About(
        id="hard_tanh",
        label="Hard tanh",
        summary="Tanh from three straight lines: cheap, and quite flat outside (−1, 1).",
        formula=r"\max(-1, \min(1, x))",
        source="Collobert 2004, Large scale machine learning (thesis)",
        url="https://ronan.collobert.com/pub/matos/2004_phdthesis_lip6.pdf",
    )
    derivative_formula: ClassVar[str] = r"\mathbb{1}[-1 < x < 1]"
    range: ClassVar[str] = r"[-1, 1]"
    zero_centred: ClassVar[bool] = True
    saturates: ClassVar[str] = "both sides"
    can_die: ClassVar[bool] = True
    smooth: ClassVar[bool] = False
    gain: ClassVar[float | None] = 1.3920

    def build(self) -> nn.Module:
        return nn.Hardtanh()

    def derivative(self, x: Tensor) -> Tensor:
        return (x.abs() < 1).to(x.dtype)
