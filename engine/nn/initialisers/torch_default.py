"""What torch does when nobody says anything: a third of LeCun's variance."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.nn.initialisers._spec import INITIALISERS, Initialiser, fans


@INITIALISERS.register
class TorchDefault(Initialiser):
    about: ClassVar[About] = About(
        id="torch_default",
        label="torch default",
        summary="What a new linear or convolution layer holds: a third of LeCun's variance.",
        formula=r"w \sim \mathcal{U}(-a, a), \quad a = \frac{1}{\sqrt{n_\text{in}}}",
        source="torch.nn.Linear, documentation",
        url="https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html",
    )
    scaled: ClassVar[bool] = False

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        nn.init.kaiming_uniform_(weight, a=math.sqrt(5), generator=generator)

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        return 1 / math.sqrt(3 * fans(shape)[0])
