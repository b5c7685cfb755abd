"""Two interleaved half circles: the smallest data set that no straight line separates."""

from typing import ClassVar

import torch

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.words import said


@DATASETS.register
class Moons(Dataset):
    about: ClassVar[About] = About(
        id="moons",
        label="Moons",
        summary="Two interleaved half circles.",
        source="scikit-learn documentation: make_moons",
        url="https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_moons.html",
    )
    kind: ClassVar[Kind] = "points"
    examples: int = knob(600, "Examples", ge=40, le=20_000, log=True, more=True)
    noise: float = knob(0.15, "Noise", "Standard deviation of the jitter.", ge=0, le=1, step=0.01)

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "moons")
        y = torch.arange(self.examples) % 2  # (N,)
        angle = torch.pi * torch.rand(self.examples, generator=draw)
        side = 1.0 - 2.0 * y
        x = torch.stack(
            [side * angle.cos() + y - 0.5, side * angle.sin() + 0.5 * y - 0.25], dim=1
        )  # (N, 2)
        x += self.noise * torch.randn(x.shape, generator=draw)
        return Data(x=x, y=y, classes=(said("upper"), said("lower")), features=("x1", "x2"))
