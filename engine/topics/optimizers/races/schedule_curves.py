"""How does each schedule change the learning rate over a run?"""

import numpy as np
from numpy.typing import NDArray

from engine.optim.schedules import SCHEDULES, Schedule


def factors(schedule: Schedule, steps: int, steps_per_epoch: int) -> NDArray[np.float64]:
    """(steps,) multiplier of the base learning rate at every update."""
    return np.array([schedule.factor(step, steps, steps_per_epoch) for step in range(steps)])


def all_factors(steps: int, steps_per_epoch: int) -> dict[str, NDArray[np.float64]]:
    """`factors` of every schedule at its defaults, by id, in registry order."""
    return {id: factors(member(), steps, steps_per_epoch) for id, member in SCHEDULES.items()}
