"""How does a density learn? Maximum likelihood, in bits/dim."""

from collections.abc import Iterator

import torch

from engine.device import pick_device
from engine.runs.events import Event, State
from engine.runs.work import runner
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.learner import DensityLearner
from engine.training.loop import loop


@runner(DensityConfig)
def train_density(
    config: DensityConfig,
    device: torch.device | None = None,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Minimise -log2 p(x) / (C H W) over the training part: `loop` with its arguments and events.

    Every loss is in bits/dim; every Frame holds samples, always from the same uniforms.

    Args:
        device: default: the first GPU, else the CPU.

    Raises:
        DataError: the data's files are missing or damaged.
        ValueError: the model cannot be made for these pictures.
    """
    learner = DensityLearner(config, config.pictures(), device or pick_device())
    yield from loop(config, learner, start, until)
