"""Tanh of half: the logistic function stretched to (−1, 1), and nothing else."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.activations._spec import ACTIVATIONS, Activation


@ACTIVATIONS.register
class TanhHalf(Activation):
    about: ClassVar[About] = About(
        id="tanh_half",
        label="Tanh of x/2",
        summary="The logistic function stretched to (−1, 1): 2σ(x) − 1.",
        formula=r"\tanh\left(\frac{x}{2}\right) = 2\sigma(x) - 1",
        source="Bishop 2006, Pattern recognition and machine learning, equation 3.100",
        url="https://www.microsoft.com/en-us/research/people/cmbishop/prml-book/",
    )
    derivative_formula: ClassVar[str] = (
        r"\frac{1}{2}\left(1 - \tanh^2\left(\frac{x}{2}\right)\right)"
    )
    range: ClassVar[str] = r"(-1, 1)"
    zero_centred: ClassVar[bool] = True
    saturates: ClassVar[str] = "both sides"
    gain: ClassVar[float | None] = 2.4007

    def build(self) -> nn.Module:
        return TanhOfHalf()

    def derivative(self, x: Tensor) -> Tensor:
        return (1 - torch.tanh(x / 2) ** 2) / 2


class TanhOfHalf(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(x / 2)
