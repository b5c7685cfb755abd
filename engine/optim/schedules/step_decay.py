"""Step decay: a drop every few epochs."""

from typing import ClassVar

from engine.config import About, knob
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class StepDecay(Schedule):
    about: ClassVar[About] = About(
        id="step_decay",
        label="Step decay",
        summary="Drops by a factor every few epochs.",
        formula=r"\gamma^{\lfloor e / n \rfloor}",
        source="Ge, Kakade, Kidambi and Netrapalli 2019, The step decay schedule: a near "
        "optimal, geometrically decaying learning rate procedure for least squares",
        url="https://arxiv.org/abs/1904.12838",
    )
    rate: float = knob(0.5, "Factor γ", "What each drop multiplies by.", ge=0.01, le=1, step=0.01)
    every: int = knob(5, "Epochs n", "Epochs between two drops.", ge=1, le=1000, unit="epochs")

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        return self.rate ** (step // (self.every * steps_per_epoch))
