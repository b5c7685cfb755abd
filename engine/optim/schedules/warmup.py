"""Warm-up: small steps first, while the first gradients mislead."""

import math
from typing import ClassVar, Literal

from engine.config import About, knob
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class Warmup(Schedule):
    about: ClassVar[About] = About(
        id="warmup",
        label="Warm-up",
        summary="Rises in a straight line, then stays or falls.",
        formula=r"\frac{t + 1}{w} \text{ for } t < w = pT, "
        r"\text{ then by } s = \frac{t - w}{T - w}: "
        r"\quad 1, \ \tfrac{1}{2}(1 + \cos \pi s) \text{ or } 1 - s",
        source="Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2",
        url="https://arxiv.org/abs/1706.02677",
    )
    share: float = knob(
        0.1, "Warm-up share p", "Share of the run that goes up.", ge=0, le=0.9, step=0.01
    )
    then: Literal["constant", "cosine", "linear"] = knob(
        "cosine",
        "Shape after the warm-up",
        "What follows the warm-up.",
        options={"constant": "constant", "cosine": "cosine to 0", "linear": "linear to 0"},
    )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        up = min(round(self.share * steps), steps - 1)
        if step < up:
            return (step + 1) / up
        done = min((step - up) / (steps - up), 1.0)
        match self.then:
            case "cosine":
                return (1 + math.cos(math.pi * done)) / 2
            case "linear":
                return 1 - done
            case _:
                return 1.0
