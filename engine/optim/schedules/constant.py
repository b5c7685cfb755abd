"""Constant: the same learning rate throughout."""

from typing import ClassVar

from engine.config import About
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class Constant(Schedule):
    about: ClassVar[About] = About(
        id="constant", label="Constant", summary="The same learning rate throughout.", formula=r"1"
    )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        return 1.0
