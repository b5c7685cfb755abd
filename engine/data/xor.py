"""Four squares, opposite ones alike: what can no single neuron compute?"""

from typing import ClassVar

import torch

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.words import said

NEAR, FAR = 0.1, 1.2  # a coordinate's distance from its axis before the jitter


@DATASETS.register
class Xor(Dataset):
    about: ClassVar[About] = About(
        id="xor",
        label="XOR",
        summary="One square in each quadrant; the class is whether the coordinates' signs differ.",
        formula=r"y = [\,x_1 x_2 < 0\,]",
        source="Minsky and Papert, Perceptrons, 1969",
        url="https://doi.org/10.7551/mitpress/11301.001.0001",
    )
    kind: ClassVar[Kind] = "points"
    examples: int = knob(600, "Examples", ge=40, le=20_000, log=True, more=True)
    noise: float = knob(
        0.1,
        "Noise",
        "Standard deviation of the jitter, added after the class is decided.",
        ge=0,
        le=1,
        step=0.01,
    )

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "xor")
        row = torch.arange(self.examples)
        y = row % 2  # (N,)
        right = 1.0 - 2.0 * (row // 2 % 2)  # sign of x1: both halves of a class get the same share
        sign = torch.stack([right, right * (1.0 - 2.0 * y)], dim=1)  # (N, 2)
        x = sign * (NEAR + (FAR - NEAR) * torch.rand(sign.shape, generator=draw))
        x += self.noise * torch.randn(x.shape, generator=draw)
        return Data(
            x=x, y=y, classes=(said("same sign"), said("signs differ")), features=("x1", "x2")
        )
