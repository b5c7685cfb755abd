"""Zeros: every unit of a layer starts, and therefore stays, the same."""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser


@INITIALISERS.register
class Zeros(Initialiser):
    about: ClassVar[About] = About(
        id="zeros",
        label="Zeros",
        summary="All units of a layer are the same and get the same gradient: they stay the same.",
        formula=r"w = 0",
    )
    scaled: ClassVar[bool] = False

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        weight.zero_()

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return 0.0
