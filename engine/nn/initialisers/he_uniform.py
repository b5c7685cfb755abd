"""He, uniform: the spread of the normal one, within hard limits."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser, fans


@INITIALISERS.register
class HeUniform(Initialiser):
    about: ClassVar[About] = About(
        id="he_uniform",
        label="He uniform",
        summary="Uniform, with twice the variance of LeCun's rule, for ReLU.",
        formula=r"w \sim \mathcal{U}(-a, a), \quad a = g \sqrt{\frac{6}{n_\text{in}}}",
        source="He, Zhang, Ren and Sun 2015, Delving deep into rectifiers, equation 10",
        url="https://arxiv.org/abs/1502.01852",
    )

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator).mul_(gain)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return gain * math.sqrt(2 / fans(shape)[0])
