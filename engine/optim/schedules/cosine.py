"""Cosine: slow at the start, slow at the end, once over the whole run."""

import math
from typing import ClassVar

from engine.config import About, knob
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class Cosine(Schedule):
    about: ClassVar[About] = About(
        id="cosine",
        label="Cosine",
        summary="Half a cosine wave from the base learning rate to the floor, over the whole run.",
        formula=r"f + \frac{1 - f}{2} \left(1 + \cos \frac{\pi t}{T}\right)",
        source="Loshchilov and Hutter 2016, SGDR, equation 5 with one period",
        url="https://arxiv.org/abs/1608.03983",
    )
    floor: float = knob(
        0.0, "Floor f", "Share of the base learning rate at the end.", ge=0, le=1, step=0.01
    )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        wave = (1 + math.cos(math.pi * min(step / steps, 1))) / 2
        return self.floor + (1 - self.floor) * wave
