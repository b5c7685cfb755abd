"""Jitter: the network sees the picture moved a little, elsewhere at every step."""

from typing import ClassVar

import torch
from torch import Generator, Tensor

from engine.config import About, knob
from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser


@REGULARISERS.register
class Jitter(Regulariser):
    """What leaves on one side comes back on the other, so that nothing is lost."""

    about: ClassVar[About] = About(
        id="jitter",
        label="Jitter",
        summary="Moves the picture by a few random pixels before every look.",
        formula=r"S\big(x_{i+\delta_1,\,j+\delta_2}\big),\quad"
        r"\delta\sim\mathcal U\{-\theta,\dots,\theta\}^2",
        source="Mordvintsev, Olah and Tyka 2015, Inceptionism: going deeper into neural networks; "
        "in their published program",
        url="https://github.com/google/deepdream",
    )
    strength: ClassVar[str] = "share"
    share: float = knob(
        0.0, "Jitter θ", "Farthest that the picture moves, as a share of its side; 0 is off.",
        ge=0, le=0.5, step=0.01,
    )  # fmt: skip

    def shown(self, x: Tensor, draw: Generator) -> Tensor:
        reach = round(self.share * min(x.shape[2:]))  # pixels
        by = torch.randint(-reach, reach + 1, (2,), generator=draw)
        return x.roll(tuple(by.tolist()), (2, 3))
