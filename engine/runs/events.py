"""What does a running piece of work tell whoever listens?

Work is a generator of these events; its caller owns the loop and stops it by not asking for the
next. Steps are optimizer updates done, from 0 before the first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

State = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Started:
    """What is known before the first update."""

    steps: int  # updates in all
    facts: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Values at a step, by series name: `train_loss`, `grad_norm/dense1`, …"""

    step: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Pictures at a step, by name."""

    step: int
    arrays: dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An offer: `save()` gives all that is needed to go on; valid until the next event."""

    step: int
    save: Callable[[], State]


@dataclass(frozen=True, slots=True)
class Paused:
    """The step asked for is reached; more remain. A checkpoint came just before."""

    step: int


@dataclass(frozen=True, slots=True)
class Diverged:
    """A value stopped being finite; nothing further is computed."""

    step: int
    where: str  # first layer whose output is not finite
    sentence: str


@dataclass(frozen=True, slots=True)
class Done:
    """The result."""

    step: int
    summary: dict[str, float]
    weights: State


Event = Started | Metrics | Frame | Checkpoint | Paused | Diverged | Done
