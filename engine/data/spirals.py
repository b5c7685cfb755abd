"""Wound-up arms: how deep or wide must a network be before it can follow them?"""

from typing import ClassVar

import torch

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.words import said

RADIUS = 1.3  # of the outer end
START = 0.08  # share of the radius at which an arm begins: apart from the others


@DATASETS.register
class Spirals(Dataset):
    about: ClassVar[About] = About(
        id="spirals",
        label="Spirals",
        summary="Arms of an Archimedean spiral, one a class.",
        formula=r"x = 1.3\,t\,(\cos\varphi,\sin\varphi),\quad "
        r"\varphi = 2\pi\left(T t + \tfrac{k}{K}\right),\ t\in[0.08,1]",
        source="after Lang and Witbrock, Learning to Tell Two Spirals Apart, 1988",
        url="https://www.semanticscholar.org/paper/de8f292d456f8541b53587f46f30ea22a9b8ad52",
    )
    kind: ClassVar[Kind] = "points"
    arms: int = knob(2, "Arms", "One class each.", ge=2, le=5)
    turns: float = knob(1.25, "Turns", "Of each arm.", ge=0.5, le=3, step=0.25)
    examples: int = knob(800, "Examples", ge=40, le=20_000, log=True, more=True)
    noise: float = knob(
        0.12,
        "Noise",
        "Standard deviation of the jitter, as a share of the gap between neighbouring arms: "
        "at 0.5 they run into each other.",
        ge=0,
        le=1,
        step=0.01,
    )

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "spirals")
        y = torch.arange(self.examples) % self.arms  # (N,)
        # the square root spreads the examples evenly along the arm instead of towards the centre
        t = START + (1 - START) * torch.rand(self.examples, generator=draw).sqrt()
        angle = 2 * torch.pi * (self.turns * t + y / self.arms)
        x = RADIUS * t[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)  # (N, 2)
        gap = RADIUS / (self.turns * self.arms)
        x += self.noise * gap * torch.randn(x.shape, generator=draw)
        names = tuple(said("arm {number}", number=k + 1) for k in range(self.arms))
        return Data(x=x, y=y, classes=names, features=("x1", "x2"))
