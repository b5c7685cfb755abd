"""Xavier, uniform: the spread of the normal one, within hard limits."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser, fans


@INITIALISERS.register
class XavierUniform(Initialiser):
    about: ClassVar[About] = About(
        id="xavier_uniform",
        label="Xavier uniform",
        summary="Uniform within limits set by fan-in and fan-out, for symmetric activations.",
        formula=r"w \sim \mathcal{U}(-a, a), "
        r"\quad a = g \sqrt{\frac{6}{n_\text{in} + n_\text{out}}}",
        source="Glorot and Bengio 2010, Understanding the difficulty of training deep "
        "feedforward neural networks, equation 16",
        url="https://proceedings.mlr.press/v9/glorot10a.html",
    )

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.xavier_uniform_(weight, gain, generator=generator)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return gain * math.sqrt(2 / sum(fans(shape)))
