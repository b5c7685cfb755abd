"""Xavier, normal: a compromise between signals forwards and gradients backwards."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser, fans


@INITIALISERS.register
class XavierNormal(Initialiser):
    about: ClassVar[About] = About(
        id="xavier_normal",
        label="Xavier normal",
        summary="Spread by the mean of fan-in and fan-out, for symmetric activations.",
        formula=r"w \sim \mathcal{N}\left(0, \frac{2 g^2}{n_\text{in} + n_\text{out}}\right)",
        source="Glorot and Bengio 2010, Understanding the difficulty of training deep "
        "feedforward neural networks, equation 12",
        url="https://proceedings.mlr.press/v9/glorot10a.html",
    )

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.xavier_normal_(weight, gain, generator=generator)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return gain * math.sqrt(2 / sum(fans(shape)))
