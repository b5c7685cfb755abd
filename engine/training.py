"""How does a network learn? One loop, for every task, model and optimizer.

`train` is a plain generator: it knows nothing of jobs, stores or screens, nor of any task by name.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor

from engine.config import knob
from engine.data import DATASETS, Dataset, Prepared, prepare
from engine.device import generator, pick_device
from engine.events import Checkpoint, Diverged, Done, Event, Frame, Metrics, Paused, Started, State
from engine.learner import Learner
from engine.models import MODELS, Model
from engine.nn.layers import Layers
from engine.nn.losses import LOSSES, Loss
from engine.optim import OPTIMIZERS, Optimizer
from engine.optim.schedules import SCHEDULES, Schedule
from engine.tasks import TASKS, Task
from engine.work import Work, work

Epoch = Annotated[int, Field(ge=1, le=10_000)]
Rate = Annotated[float, Field(ge=1e-6, le=10)]


@work
class TrainConfig(Work):
    """One training run: data, network and how it learns."""

    kind: ClassVar[str] = "train"
    page: ClassVar[str] = "training"

    data: Annotated[Dataset, DATASETS.field()] = knob(
        DATASETS["spirals"](), "Data", "What the network learns from."
    )
    model: Annotated[Model, MODELS.field()] = knob(
        MODELS["mlp"].model_validate({"hidden": (16, 16)}), "Model", "The architecture."
    )
    layers: Layers = Layers()
    loss: Annotated[Loss, LOSSES.field()] = knob(
        LOSSES["cross_entropy"](), "Loss", "What an update makes smaller.", more=True
    )
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["adam"](), "Optimizer", "The rule that turns a gradient into an update."
    )
    learning_rate: float = knob(
        0.003,
        "Learning rate",
        "Length of a step. Changing it keeps the run.",
        ge=1e-6,
        le=10,
        log=True,
    )
    schedule: Annotated[Schedule, SCHEDULES.field()] = knob(
        SCHEDULES["constant"](),
        "Schedule",
        "How the learning rate changes over the run.",
        more=True,
    )
    batch_size: int = knob(32, "Batch size", "Examples an update.", ge=1, le=4096, log=True)
    epochs: int = knob(
        150, "Epochs", "Passes over the training part.", ge=1, le=10_000, log=True, unit="epochs"
    )
    seed: int = knob(
        0, "Seed", "Draws initial weights and batch order.", ge=0, le=2**31 - 1, more=True
    )
    data_seed: int = knob(
        0, "Data seed", "Draws the examples and their split.", ge=0, le=2**31 - 1, more=True
    )
    train_share: float = knob(
        1.0,
        "Share of training data",
        "The rest of the training part is left out.",
        ge=0.01,
        le=1,
        step=0.01,
        more=True,
    )
    label_noise: float = knob(
        0.0,
        "Label noise",
        "Share of training labels replaced by a wrong one.",
        ge=0,
        le=1,
        step=0.05,
        more=True,
    )
    l1: float = knob(
        0.0, "L1", "Pulls every weight to zero by the same force.", ge=0, le=1, log=True, more=True
    )
    l2: float = knob(
        0.0,
        "L2",
        "Pulls every weight to zero in proportion to it.",
        ge=0,
        le=1,
        log=True,
        more=True,
    )
    clip: float = knob(
        0.0,
        "Gradient clipping",
        "Largest gradient norm; 0 clips nothing.",
        ge=0,
        le=100,
        log=True,
        more=True,
    )
    patience: int = knob(
        0,
        "Patience",
        "Epochs without a better validation loss before stopping; 0 never stops.",
        ge=0,
        le=1000,
        more=True,
        unit="epochs",
    )
    precision: Literal["fp32", "bf16"] = knob(
        "fp32",
        "Precision",
        "bf16 computes layers in 16 bits; weights stay in 32.",
        more=True,
        options={"fp32": "fp32", "bf16": "bf16"},
    )
    changes: tuple[tuple[Epoch, Rate], ...] = Field((), max_length=50)
    """(epoch, learning rate) pairs: from that epoch on, that rate. How a rate changed by hand in
    mid-run stays part of what decides the result."""

    @property
    def task(self) -> Task:
        return TASKS["density" if self.model.density else self.data.task]

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        if name == "model":
            return [id for id, model in MODELS.items() if fits(model, chosen["data"])]
        if name == "loss":
            task = "density" if chosen["model"].density else chosen["data"].task
            return [id for id, loss in LOSSES.items() if task in loss.tasks]
        return None

    @model_validator(mode="after")
    def _parts_fit(self) -> "TrainConfig":
        if not fits(type(self.model), self.data):
            raise ValueError(
                f"Model {self.model.id!r} does not take {self.data.kind} data ({self.data.id!r}); "
                f"it takes: {', '.join(self.model.kinds)}."
            )
        if self.task.id not in self.loss.tasks:
            raise ValueError(
                f"Loss {self.loss.id!r} does not fit {self.task.id}; "
                f"it is for: {', '.join(self.loss.tasks)}."
            )
        return self

    def prepared(self) -> Prepared:
        """Raises DataError when files are missing."""
        return prepare(
            self.data, self.data_seed, train_share=self.train_share, label_noise=self.label_noise
        )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return train(self, device, start, until)

    def unit(self, step: str) -> int:
        return 1 if step == "batch" else Plan.of(self, len(self.prepared().train.x)).per_epoch


def fits(model: type[Model], data: Dataset) -> bool:
    return data.kind in model.kinds


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
    def of(cls, config: TrainConfig, examples: int) -> "Plan":
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


def learning_rate_at(config: TrainConfig, plan: Plan, step: int) -> float:
    """The learning rate of update `step`, from 0."""
    rate = config.learning_rate
    for epoch, changed in config.changes:
        if step >= epoch * plan.per_epoch:
            rate = changed
    return rate * config.schedule.factor(step, plan.steps, plan.per_epoch)


def train(
    config: TrainConfig,
    device: torch.device | None = None,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Train one network.

    Args:
        config: what to train.
        device: default: the first GPU, else the CPU.
        start: the state that a `Checkpoint` of this config saved; the run goes on as if it had
            never stopped.
        until: update to pause after; None trains to the end.

    Yields:
        Started; Metrics, Frame and Checkpoint as they come; then Done, Paused or Diverged.

    Raises:
        DataError: the data's files are missing or damaged.
    """
    device = device or pick_device()
    data = config.prepared()
    plan = Plan.of(config, len(data.train.x))
    learner = Learner(config, data, device)
    facts = learner.facts() | {
        "order_hash": learner.hash([batch_order(config.seed, 0, len(data.train.x))]),
        "per_epoch": plan.per_epoch,
    }
    step, clock = 0, _Clock()
    losses: list[Any] = []  # of the updates since the last record; tensors on a GPU
    if start is not None:
        step, clock.before = learner.load(start)
        losses = start["pending"].tolist() if "pending" in start else []
    yield Started(plan.steps, facts)
    end = plan.steps if until is None else min(until, plan.steps)

    def look() -> Iterator[Event]:
        """Evaluation, and pictures where they are due."""
        values = learner.evaluate(plan.examples) | {"seconds": clock.seconds()}
        yield Metrics(step, values)
        learner.remember(step, values["validation_loss"])
        if step % plan.frame == 0 or step >= end:
            yield Frame(step, learner.pictures(plan.examples if step < plan.steps else 10**9))

    def offer() -> Checkpoint:
        pending = {"pending": torch.tensor(_numbers(losses))} if losses else {}
        return Checkpoint(step, lambda: learner.save(step, clock.seconds()) | pending)

    if step == 0:
        yield from look()
    order, epoch, waits = torch.empty(0, dtype=torch.int64), -1, device.type == "cpu"
    while step < end and not learner.gave_up(step, plan.per_epoch):
        if step // plan.per_epoch != epoch:
            epoch = step // plan.per_epoch
            order = batch_order(config.seed, epoch, len(data.train.x)).to(device)
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
            yield from look()
            yield offer()
    if step < plan.steps and not learner.gave_up(step, plan.per_epoch):
        yield Paused(step)
        return
    learner.use_best()
    summary = learner.final() | {"epochs": step / plan.per_epoch, "seconds": clock.seconds()}
    yield Done(step, summary, learner.weights())


def _numbers(losses: list[Any]) -> list[float]:
    """Losses as numbers; waits for the GPU where they are still tensors there."""
    tensors = [loss for loss in losses if isinstance(loss, Tensor)]
    late = torch.stack(tensors).tolist() if tensors else []
    return [loss for loss in losses if not isinstance(loss, Tensor)] + late


def diverged(step: int, where: str, rate: float) -> Diverged:
    return Diverged(
        step,
        where,
        f"The loss stopped being a finite number at update {step:,}; it broke in layer {where}. "
        f"The learning rate was {rate:g}: try a smaller one, or gradient clipping.",
    )


class _Clock:
    """Seconds of training, those before a pause included."""

    def __init__(self) -> None:
        self.before, self._start = 0.0, time.perf_counter()

    def seconds(self) -> float:
        return self.before + time.perf_counter() - self._start
