"""Orthogonal: each layer turns its input and changes no length."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser, fans


@INITIALISERS.register
class Orthogonal(Initialiser):
    about: ClassVar[About] = About(
        id="orthogonal",
        label="Orthogonal",
        summary="A random rotation times the gain: no direction is stretched more than another, "
        "and none is lost unless the layer narrows.",
        formula=r"W = g\,Q, \quad Q Q^\top = I \text{ or } Q^\top Q = I",
        source="Saxe, McClelland and Ganguli 2013, Exact solutions to the nonlinear "
        "dynamics of learning in deep linear neural networks",
        url="https://arxiv.org/abs/1312.6120",
    )

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.orthogonal_(weight, gain, generator=generator)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return gain / math.sqrt(max(fans(shape)[0], shape[0]))
