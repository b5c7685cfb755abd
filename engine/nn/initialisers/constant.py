"""Constant: equal weights, so equal units, whatever the value."""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About, knob
from engine.nn.initialisers._spec import INITIALISERS, Initialiser


@INITIALISERS.register
class Constant(Initialiser):
    about: ClassVar[About] = About(
        id="constant",
        label="Constant",
        summary="One value everywhere: units of a layer cannot become different.",
        formula=r"w = c",
    )
    scaled: ClassVar[bool] = False
    value: float = knob(1.0, "Value c", "The value of every weight.", ge=-2, le=2, step=0.05)

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        weight.fill_(self.value)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return 0.0
