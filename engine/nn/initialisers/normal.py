"""Normal: one fixed spread for every layer, too small or too large for most."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.nn.initialisers._spec import INITIALISERS, Initialiser


@INITIALISERS.register
class Normal(Initialiser):
    about: ClassVar[About] = About(
        id="normal",
        label="Normal",
        summary="One standard deviation for every layer, however many inputs a unit has.",
        formula=r"w \sim \mathcal{N}(0, \sigma^2)",
        source="Krizhevsky, Sutskever and Hinton 2012, ImageNet classification with deep "
        "convolutional neural networks, section 5",
        url="https://doi.org/10.1145/3065386",
    )
    scaled: ClassVar[bool] = False
    std: float = knob(
        0.01,
        "Standard deviation σ",
        "Small: signals vanish with depth. Large: they saturate or explode.",
        ge=1e-4,
        le=10,
        log=True,
    )

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.normal_(weight, 0.0, self.std, generator=generator)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return self.std
