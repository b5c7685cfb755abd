"""Warm restarts: a cosine that jumps back up, each time for longer."""

import math
from typing import ClassVar

from engine.config import About, knob
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class WarmRestarts(Schedule):
    about: ClassVar[About] = About(
        id="warm_restarts",
        label="Warm restarts (SGDR)",
        summary="Cosine decays, each followed by a jump back to the full learning rate.",
        formula=r"f + \frac{1 - f}{2} \left(1 + \cos \frac{\pi e_i}{n m^i}\right), "
        r"\quad e_i \text{ epochs since restart } i",
        source="Loshchilov and Hutter 2016, SGDR, equation 5",
        url="https://arxiv.org/abs/1608.03983",
    )
    first: int = knob(
        5, "First period n", "Epochs until the first restart.", ge=1, le=1000, unit="epochs"
    )
    multiplier: int = knob(2, "Multiplier m", "How much longer each period is.", ge=1, le=4)
    floor: float = knob(
        0.0,
        "Floor f",
        "Share of the base learning rate before a restart.",
        ge=0,
        le=1,
        step=0.01,
        more=True,
    )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        since, period = step, self.first * steps_per_epoch
        if self.multiplier == 1:
            since %= period
        while since >= period:
            since -= period
            period *= self.multiplier
        wave = (1 + math.cos(math.pi * since / period)) / 2
        return self.floor + (1 - self.floor) * wave
