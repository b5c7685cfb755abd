"""How does anything learn? One loop over updates, whatever it is that is learnt.

`loop` is a plain generator: it knows nothing of jobs, stores or screens, nor of what its learner
computes. The learner is whatever has the methods of `Learns`: a network with a task, or a density.
"""

import math
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.device import generator
from engine.optim.schedules import Schedule
from engine.runs.events import (
    Checkpoint,
    Diverged,
    Done,
    Event,
    Frame,
    Metrics,
    Paused,
    Started,
    State,
)
from engine.training.checkpoint import hash_of
from engine.words import said


class Paced(Protocol):
    """What of a config decides when something happens, and how long each step is."""

    @property
    def batch_size(self) -> int: ...
    @property
    def epochs(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def schedule(self) -> Schedule: ...
    @property
    def changes(self) -> tuple[tuple[int, float], ...]: ...


class Learns(Protocol):
    """What lives during one run; all of it can be saved and loaded."""

    device: torch.device

    def facts(self) -> dict[str, str | int | float]:
        """What is known before the first update; `examples` is the size of the training part."""
        ...

    def update(self, step: int, rows: Tensor, learning_rate: float) -> Tensor:
        """One optimizer update on the training examples `rows`; the batch's loss, detached."""
        ...

    def norms(self) -> dict[str, float]: ...

    def evaluate(self, examples: int) -> dict[str, float]:
        """On at most so many examples; `validation_loss` is among the values."""
        ...

    def pictures(self, examples: int) -> dict[str, NDArray[np.generic]]: ...

    def remember(self, step: int, loss: float) -> None:
        """Hear of a validation loss, to keep the best weights where that is wanted."""
        ...

    def gave_up(self, step: int, per_epoch: int) -> bool: ...

    def use_best(self) -> None: ...

    def first_non_finite(self, rows: Tensor) -> str:
        """Name of the layer in which a batch's values leave the finite numbers."""
        ...

    def final(self) -> dict[str, float]:
        """Whole validation and test part."""
        ...

    def weights(self) -> State: ...

    def save(self, step: int, seconds: float) -> State: ...

    def load(self, state: State) -> tuple[int, float]:
        """Take up a saved state; its step and seconds. Raises ValueError where it does not fit."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """When a run records, evaluates and takes pictures: fixed by the config, in updates."""

    per_epoch: int
    steps: int
    record: int  # updates between two recorded batch losses
    norms: int  # updates between two recordings of gradient and weight norms
    evaluate: int  # updates between two evaluations
    frame: int  # updates between two pictures
    examples: int  # at most this many of each part are evaluated and drawn during the run

    @classmethod
    def of(cls, config: Paced, examples: int) -> "Plan":
        per_epoch = math.ceil(examples / config.batch_size)
        steps = per_epoch * config.epochs
        record = max(1, steps // 600)
        seen = max(500, examples // 25)
        if config.epochs >= 50:
            evaluate = per_epoch * math.ceil(config.epochs / 120)
        else:  # several times an epoch, while that costs little beside the epoch itself
            parts = max(1, min(60 // config.epochs, examples // (40 * seen)))
            evaluate = math.ceil(per_epoch / parts)
        return cls(
            per_epoch=per_epoch,
            steps=steps,
            record=record,
            norms=record * math.ceil(steps / record / 250),
            evaluate=evaluate,
            frame=evaluate * math.ceil(steps / evaluate / 60),
            examples=seen,
        )


def batch_order(seed: int, epoch: int, examples: int) -> Tensor:
    """The permutation of an epoch, (examples,) int64: a function of its arguments alone."""
    return torch.randperm(examples, generator=generator(seed, "order", epoch))


def learning_rate_at(config: Paced, plan: Plan, step: int) -> float:
    """The learning rate of update `step`, from 0."""
    rate = config.learning_rate
    for epoch, changed in config.changes:
        if step >= epoch * plan.per_epoch:
            rate = changed
    return rate * config.schedule.factor(step, plan.steps, plan.per_epoch)


def loop(
    config: Paced, learner: Learns, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Let a fresh learner learn.

    Args:
        config: how long, in which steps, at which rate.
        learner: what learns.
        start: the state that a `Checkpoint` of this config saved; the run goes on as if it had
            never stopped.
        until: update to pause after; None goes to the end.

    Yields:
        Started; Metrics, Frame and Checkpoint as they come; then Done, Paused or Diverged.
    """
    device, facts = learner.device, learner.facts()
    examples = int(facts["examples"])
    plan = Plan.of(config, examples)
    facts = facts | {
        "order_hash": hash_of([batch_order(config.seed, 0, examples)]),
        "per_epoch": plan.per_epoch,
    }
    step, clock = 0, _Clock()
    losses: list[Any] = []  # of the updates since the last record; tensors on a GPU
    if start is not None:
        step, clock.before = learner.load(start)
        losses = start["pending"].tolist() if "pending" in start else []
    yield Started(plan.steps, facts)
    end = plan.steps if until is None else min(until, plan.steps)

    def look() -> Generator[Event, None, bool]:
        """Evaluation, and pictures where they are due; False where its losses are no numbers."""
        values = learner.evaluate(plan.examples) | {"seconds": clock.seconds()}
        if step and not losses_finite(values):
            return False
        yield Metrics(step, values)
        learner.remember(step, values["validation_loss"])
        if step % plan.frame == 0 or step >= end:
            yield Frame(step, learner.pictures(plan.examples if step < plan.steps else 10**9))
        return True

    def offer() -> Checkpoint:
        pending = {"pending": torch.tensor(_numbers(losses))} if losses else {}
        return Checkpoint(step, lambda: learner.save(step, clock.seconds()) | pending)

    if step == 0:
        yield from look()
    order, epoch, waits = torch.empty(0, dtype=torch.int64), -1, device.type == "cpu"
    while step < end and not learner.gave_up(step, plan.per_epoch):
        if step // plan.per_epoch != epoch:
            epoch = step // plan.per_epoch
            order = batch_order(config.seed, epoch, examples).to(device)
        first = (step % plan.per_epoch) * config.batch_size
        rows = order[first : first + config.batch_size]
        rate = learning_rate_at(config, plan, step)
        loss = learner.update(step, rows, rate)
        losses.append(loss.item() if waits else loss)  # a GPU is not waited for at every update
        step += 1
        if step % plan.record == 0 or step == end or (waits and not math.isfinite(losses[-1])):
            values = losses = _numbers(losses)
            if not all(map(math.isfinite, values)):
                bad = next(i for i, value in enumerate(values) if not math.isfinite(value))
                yield diverged(step - len(values) + bad + 1, learner.first_non_finite(rows), rate)
                return
            if step % plan.record == 0:  # else a pause: the record goes on after it
                losses = []
            norms = learner.norms() if step % plan.norms == 0 else {}
            known = {"batch_loss": math.fsum(values) / len(values), "learning_rate": rate}
            yield Metrics(step, known | norms | {"seconds": clock.seconds()})
            if step % plan.evaluate and step < end:
                yield offer()
        if step % plan.evaluate == 0 or step == end:
            if not (yield from look()):
                yield diverged(step, learner.first_non_finite(rows), rate)
                return
            yield offer()
    if step < plan.steps and not learner.gave_up(step, plan.per_epoch):
        yield Paused(step)
        return
    learner.use_best()
    summary = learner.final() | {"epochs": step / plan.per_epoch, "seconds": clock.seconds()}
    if not losses_finite(summary):  # of examples that were not looked at before
        rate = learning_rate_at(config, plan, max(0, step - 1))
        some = batch_order(config.seed, 0, examples)[: config.batch_size]
        yield diverged(step, learner.first_non_finite(some.to(device)), rate)
        return
    yield Done(step, summary, learner.weights())


def _numbers(losses: list[Any]) -> list[float]:
    """Losses as numbers; waits for the GPU where they are still tensors there."""
    tensors = [loss for loss in losses if isinstance(loss, Tensor)]
    late = torch.stack(tensors).tolist() if tensors else []
    return [loss for loss in losses if not isinstance(loss, Tensor)] + late


def losses_finite(values: Mapping[str, float]) -> bool:
    """Whether every loss among measured values is a number. Other measures may have none: an R² of
    huge squares, an AUC of one class."""
    return all(math.isfinite(value) for name, value in values.items() if name.endswith("loss"))


def diverged(step: int, where: str, rate: float) -> Diverged:
    return Diverged(
        step,
        where,
        said(
            "The loss stopped being a finite number at update {step:,}; it broke in layer {where}. "
            "The learning rate was {rate:g}: try a smaller one, or gradient clipping.",
            step=step,
            where=where,
            rate=rate,
        ),
    )


class _Clock:
    """Seconds of training, those before a pause included."""

    def __init__(self) -> None:
        self.before, self._start = 0.0, time.perf_counter()

    def seconds(self) -> float:
        return self.before + time.perf_counter() - self._start
