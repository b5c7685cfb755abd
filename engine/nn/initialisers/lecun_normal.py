"""LeCun, normal: a unit sums n inputs, so each weight has variance 1/n."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser, fans


@INITIALISERS.register
class LeCunNormal(Initialiser):
    about: ClassVar[About] = About(
        id="lecun_normal",
        label="LeCun normal",
        summary="A unit sums n inputs, so each weight gets variance 1/n.",
        formula=r"w \sim \mathcal{N}\left(0, \frac{g^2}{n_\text{in}}\right)",
        source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, equation 16",
        url="https://doi.org/10.1007/3-540-49430-8_2",
    )

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.normal_(weight, 0.0, self.spread(tuple(weight.shape), gain), generator=generator)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return gain / math.sqrt(fans(shape)[0])
