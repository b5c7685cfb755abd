"""A checkerboard: how many straight pieces does a boundary need?"""

from typing import ClassVar

import torch

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.words import said

HALF = 1.3  # the board covers [-1.3, 1.3] on both axes


@DATASETS.register
class Checkerboard(Dataset):
    about: ClassVar[About] = About(
        id="checkerboard",
        label="Checkerboard",
        summary="Black and white squares; two a side are XOR.",
        formula=r"y = \left(\lfloor S u_1\rfloor+\lfloor S u_2\rfloor\right) \bmod 2,\quad "
        r"u=\tfrac{x+1.3}{2.6}\in[0,1)^2",
    )
    kind: ClassVar[Kind] = "points"
    squares: int = knob(4, "Squares a side", ge=2, le=6)
    examples: int = knob(1000, "Examples", ge=40, le=20_000, log=True, more=True)
    noise: float = knob(
        0.05,
        "Noise",
        "Standard deviation of the jitter, as a share of a square's side, "
        "added after the class is decided.",
        ge=0,
        le=1,
        step=0.01,
    )

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "checkerboard")
        y = torch.arange(self.examples) % 2  # (N,)
        row, column = torch.meshgrid(*[torch.arange(self.squares)] * 2, indexing="ij")
        corners = torch.stack([column.flatten(), row.flatten()], dim=1)  # (S*S, 2)
        by_colour = [corners[corners.sum(1) % 2 == colour] for colour in (0, 1)]
        pick = torch.rand(self.examples, generator=draw)
        inside = torch.rand(self.examples, 2, generator=draw)
        corner = torch.empty(self.examples, 2)
        for colour, squares in enumerate(by_colour):
            mine = y == colour
            corner[mine] = squares[(pick[mine] * len(squares)).long()].float()
        jitter = self.noise * torch.randn(inside.shape, generator=draw)
        x = HALF * (2 * (corner + inside + jitter) / self.squares - 1)  # (N, 2)
        return Data(x=x, y=y, classes=(said("black"), said("white")), features=("x1", "x2"))
