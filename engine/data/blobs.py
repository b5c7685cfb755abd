"""Round clouds, one a class: how much of a problem do straight lines already solve?"""

from typing import ClassVar

import torch

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.words import said


@DATASETS.register
class Blobs(Dataset):
    about: ClassVar[About] = About(
        id="blobs",
        label="Blobs",
        summary="One round cloud a class, the centres evenly on a circle.",
        formula=r"x \mid y=k \sim \mathcal N\!\left(0.9\,(\cos\varphi_k,\sin\varphi_k),\ "
        r"\sigma^2 I\right),\quad \varphi_k=\tfrac{\pi}{2}+\tfrac{2\pi k}{K}",
        source="scikit-learn documentation: make_blobs",
        url="https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_blobs.html",
    )
    kind: ClassVar[Kind] = "points"
    classes: int = knob(3, "Classes", ge=2, le=6)
    examples: int = knob(600, "Examples", ge=40, le=20_000, log=True, more=True)
    noise: float = knob(0.3, "Noise", "Standard deviation of each cloud.", ge=0, le=1, step=0.01)

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "blobs")
        y = torch.arange(self.examples) % self.classes  # (N,)
        angle = torch.pi / 2 + 2 * torch.pi * y / self.classes
        x = 0.9 * torch.stack([angle.cos(), angle.sin()], dim=1)  # (N, 2)
        x += self.noise * torch.randn(x.shape, generator=draw)
        names = tuple(said("cloud {number}", number=k + 1) for k in range(self.classes))
        return Data(x=x, y=y, classes=names, features=("x1", "x2"))
