"""How the learning rate changes during training. To add a schedule, add one file here."""

from engine.optim.schedules._spec import SCHEDULES, Schedule

SCHEDULES.discover(__name__)

__all__ = ["SCHEDULES", "Schedule"]
