"""How does a density learn? Maximum likelihood, in bits/dim: by steps, or by counting."""

import time
from collections.abc import Iterator

import torch

from engine.autoregressive.models.markov import Markov, Tables
from engine.device import pick_device
from engine.runs.events import Done, Event, Frame, Metrics, Started, State
from engine.runs.work import runner
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.learner import DensityLearner
from engine.training.loop import loop

LOOKED = 2000  # pictures of a part that are looked at before and after counting


@runner(DensityConfig)
def train_density(
    config: DensityConfig,
    device: torch.device | None = None,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Minimise -log2 p(x) / (C H W) over the training part: `loop` with its arguments and events.

    Tables are counted in one step.

    Every loss is in bits/dim; every Frame holds samples, always from the same uniforms.

    Args:
        device: default: the first GPU, else the CPU.

    Raises:
        DataError: the data's files are missing or damaged.
        ValueError: the model cannot be made for these pictures.
    """
    learner = DensityLearner(config, config.pictures(), device or pick_device())
    if isinstance(learner.model.net, Tables):
        yield from _counted(learner)
    else:
        yield from loop(config, learner, start, until)


def _counted(learner: DensityLearner) -> Iterator[Event]:
    """One pass over the training part fills the tables; nothing is descended."""
    begun, facts = time.perf_counter(), learner.facts()
    yield Started(1, facts | {"per_epoch": 1})
    yield Metrics(0, learner.evaluate(LOOKED) | {"seconds": time.perf_counter() - begun})
    yield Frame(0, learner.pictures(LOOKED))
    net, model = learner.model.net, learner.config.model
    assert isinstance(net, Tables) and isinstance(model, Markov)
    net.count(learner.x, learner.y, model.extra)
    yield Metrics(1, learner.evaluate(LOOKED) | {"seconds": time.perf_counter() - begun})
    yield Frame(1, learner.pictures(LOOKED))
    seconds = {"epochs": 1.0, "seconds": time.perf_counter() - begun}
    yield Done(1, learner.final() | seconds, learner.weights())
