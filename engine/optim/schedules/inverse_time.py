"""Inverse time: slower and slower decay, whose sum still has no limit."""

from typing import ClassVar

from engine.config import About, knob
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class InverseTime(Schedule):
    about: ClassVar[About] = About(
        id="inverse_time",
        label="Inverse time",
        summary="Falls like one over time: slow enough to get anywhere, fast enough to settle.",
        formula=r"\frac{1}{1 + k e}",
        source="Robbins and Monro 1951, A stochastic approximation method",
        url="https://doi.org/10.1214/aoms/1177729586",
    )
    rate: float = knob(
        0.5, "Rate k", "Halved after 1/k epochs.", ge=0.001, le=100, log=True, unit="per epoch"
    )

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        return 1 / (1 + self.rate * step / steps_per_epoch)
