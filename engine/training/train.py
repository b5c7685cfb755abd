"""How does a network learn a task? A plain generator, which a test or a script reads with a loop.

It knows nothing of jobs, stores or screens, nor of any task by name.
"""

from collections.abc import Iterator

import torch

from engine.device import pick_device
from engine.runs.events import Event, State
from engine.runs.work import runner
from engine.training.config import TrainConfig
from engine.training.learner import Learner
from engine.training.loop import loop


@runner(TrainConfig)
def train(
    config: TrainConfig,
    device: torch.device | None = None,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Train one network: `loop` with its arguments and events.

    Args:
        device: default: the first GPU, else the CPU.

    Raises:
        DataError: the data's files are missing or damaged.
    """
    learner = Learner(config, config.prepared(), device or pick_device())
    yield from loop(config, learner, start, until)
