"""Exponential decay: the same share is lost in every epoch."""

from typing import ClassVar

from engine.config import About, knob
from engine.optim.schedules._spec import SCHEDULES, Schedule


@SCHEDULES.register
class Exponential(Schedule):
    about: ClassVar[About] = About(
        id="exponential",
        label="Exponential",
        summary="Loses the same share in every epoch, a little at every update.",
        formula=r"\gamma^{e}",
        source="torch.optim.lr_scheduler.ExponentialLR, documentation",
        url="https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html",
    )
    rate: float = knob(0.95, "Rate γ", "What an epoch multiplies by.", ge=0.1, le=1, step=0.01)

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        return float(self.rate ** (step / steps_per_epoch))
