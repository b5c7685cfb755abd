"""A ring inside a ring: what does a hidden layer do that a straight line cannot?"""

from typing import ClassVar

import torch

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.words import said


@DATASETS.register
class Circles(Dataset):
    about: ClassVar[About] = About(
        id="circles",
        label="Circles",
        summary="Two rings around one centre, of radius 1 and 0.5.",
        formula=r"x = r_y\,(\cos\varphi,\sin\varphi)+\sigma\varepsilon,\quad r_0=1,\ r_1=0.5",
        source="scikit-learn documentation: make_circles",
        url="https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_circles.html",
    )
    kind: ClassVar[Kind] = "points"
    examples: int = knob(600, "Examples", ge=40, le=20_000, log=True, more=True)
    noise: float = knob(0.1, "Noise", "Standard deviation of the jitter.", ge=0, le=1, step=0.01)

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "circles")
        y = torch.arange(self.examples) % 2  # (N,)
        angle = 2 * torch.pi * torch.rand(self.examples, generator=draw)
        radius = 1.0 - 0.5 * y
        x = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)  # (N, 2)
        x += self.noise * torch.randn(x.shape, generator=draw)
        return Data(x=x, y=y, classes=(said("outer"), said("inner")), features=("x1", "x2"))
