"""He, normal: twice the variance, because ReLU stops half of the signal."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser, fans


@INITIALISERS.register
class HeNormal(Initialiser):
    about: ClassVar[About] = About(
        id="he_normal",
        label="He normal",
        summary="Twice the variance of LeCun's rule, because ReLU stops half of the signal.",
        formula=r"w \sim \mathcal{N}\left(0, \frac{2 g^2}{n_\text{in}}\right)",
        source="He, Zhang, Ren and Sun 2015, Delving deep into rectifiers, equation 10",
        url="https://arxiv.org/abs/1502.01852",
    )

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator).mul_(gain)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return gain * math.sqrt(2 / fans(shape)[0])
