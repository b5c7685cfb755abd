"""What does a training loop have to know of a task? Its metrics and its pictures; nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.data import Prepared

Arrays = dict[str, NDArray[np.generic]]
Picture = Callable[[nn.Module, Prepared, int], Arrays]  # the int: use at most so many examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How outputs are measured and drawn. The loss itself is a choice of the config."""

    id: str
    outputs: Callable[[Prepared], int]  # width of the last layer
    metrics: Callable[[Tensor, Tensor], dict[str, Tensor]]  # outputs, targets -> scalars
    final: Callable[[Tensor, Tensor, Prepared], dict[str, float]]  # of the whole test part
    pictures: tuple[Picture, ...] = ()  # each returns {} where it does not apply
    higher_is_better: Mapping[str, bool] = field(default_factory=dict)


TASKS: dict[str, Task] = {}


def register(task: Task) -> Task:
    """Raises ValueError when the id is taken."""
    if task.id in TASKS:
        raise ValueError(f"task {task.id!r} is registered twice")
    TASKS[task.id] = task
    return task
