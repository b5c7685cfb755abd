"""Step: the first model of a neuron, which fires or does not, and cannot learn by gradients."""

from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class Step(Activation):
    about: ClassVar[About] = About(
        id="step",
        label="Step",
        summary="Fires or does not: its derivative is zero, so gradients teach it nothing.",
        formula=r"\mathbb{1}[x > 0]",
        source="McCulloch and Pitts 1943, A logical calculus of the ideas immanent in nervous "
        "activity",
        url="https://doi.org/10.1007/BF02478259",
    )
    derivative_formula: ClassVar[str] = "0"
    range: ClassVar[str] = r"\{0, 1\}"
    saturates: ClassVar[str] = "both sides"
    can_die: ClassVar[bool] = True
    smooth: ClassVar[bool] = False
    values: Literal["heaviside", "sign"] = knob(
        "heaviside",
        "Values",
        "What the unit says below and above zero.",
        options={"heaviside": "0 and 1", "sign": "−1 and 1"},
    )

    def build(self) -> nn.Module:
        return _Heaviside() if self.values == "heaviside" else _Sign()

    def derivative(self, x: Tensor) -> Tensor:
        return torch.zeros_like(x)


class _Sign(nn.Module):
    """−1, 0 or 1, with a gradient of zero."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sign(x)


class _Heaviside(nn.Module):
    """1 where x > 0, else 0, with a gradient of zero: a comparison would have none at all."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(torch.sign(x))
