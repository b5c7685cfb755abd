"""One cycle: up to a high learning rate and down to almost nothing."""

import math
from typing import ClassVar

from engine.config import About, knob
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class OneCycle(Schedule):
    """The cosine form of torch's OneCycleLR: the base learning rate is the highest one.

    Momentum is left alone; the paper lowers it while the learning rate is high.
    """

    about: ClassVar[About] = About(
        id="one_cycle",
        label="One cycle",
        summary="Once up to the base learning rate, which may be high, and down to almost nothing.",
        formula=r"\tfrac{1}{d} \to 1 \text{ until } pT - 1, \text{ then } 1 \to \tfrac{1}{d d'}, "
        r"\quad a \to b:\ b + \tfrac{a - b}{2} (1 + \cos \pi s)",
        source="Smith and Topin 2017, Super-convergence",
        url="https://arxiv.org/abs/1708.07120",
    )
    peak: float = knob(
        0.3, "Peak at p", "Share of the run that goes up.", ge=0.01, le=0.99, step=0.01
    )
    start: float = knob(
        25.0,
        "Start divisor d",
        "How far below the peak it begins.",
        ge=1,
        le=1e4,
        log=True,
        more=True,
    )
    end: float = knob(
        1e4, "End divisor d′", "How far below the start it ends.", ge=1, le=1e8, log=True, more=True
    )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        top, last = self.peak * steps - 1, steps - 1
        low, step = 1 / self.start, min(step, last)
        if step < top:
            return 1 + (low - 1) * (1 + math.cos(math.pi * step / top)) / 2
        down = (step - top) / (last - top)
        low /= self.end
        return low + (1 - low) * (1 + math.cos(math.pi * down)) / 2
