"""How do a deep network's signals change while it learns?"""

import math
from collections.abc import Iterator
from functools import partial
from typing import Annotated, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.config import knob
from engine.device import pick_device
from engine.nn.taps import evaluating
from engine.optim import OPTIMIZERS, Optimizer
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.steps import Steps
from engine.runs.work import Work, work
from engine.topics.activations.profile import profile
from engine.topics.activations.signal import SignalConfig, examples, network
from engine.training.checkpoint import pack, unpack, weights_of
from engine.training.loop import diverged
from engine.training.vitals import first_non_finite

RECORDS, FRAMES = 200, 30  # points of a curve, and pictures, over a run


@work
class SignalRun(Work):
    """The network of a `SignalConfig`, trained on ever new examples of its task."""

    kind: ClassVar[str] = "signal"
    hashed: ClassVar[str] = "SignalRun"

    signal: SignalConfig = SignalConfig()
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["gradient_descent"](), "Optimizer", "One that rescales hides vanished gradients."
    )
    learning_rate: float = knob(0.1, "Learning rate", ge=1e-6, le=10, log=True)
    batch_size: int = knob(128, "Batch size", "Examples an update.", ge=8, le=1024, log=True)
    steps: int = knob(600, "Updates", ge=10, le=20_000, log=True)

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return follow(self, device, start, until)


def follow(
    config: SignalRun,
    device: torch.device | None = None,
    start: State | None = None,
    until: int | None = None,
) -> Iterator[Event]:
    """Train, and look at the same batch again and again.

    Yields:
        Started. Metrics: batch_loss in nats; with each Frame also loss and accuracy of the batch
        that is looked at. Frame: `Signal.arrays`; the one at step 0 is what `signal` computes.
        Checkpoint; then Done, Paused or Diverged.
    """
    device = device or pick_device()
    count = Steps(start, until)
    model = network(config.signal)
    x, y = examples(config.signal, config.signal.batch, "probe")
    model.to(device)
    optimizer = config.optimizer.build(model.parameters(), config.learning_rate)
    if start is not None:
        unpack(start, model, optimizer)
    yield count.begin(config.steps, {"parameters": sum(p.numel() for p in model.parameters())})
    record = max(1, config.steps // RECORDS)
    frame = record * max(1, config.steps // record // FRAMES)

    def look() -> tuple[Metrics, Frame]:
        found = profile(model, x, y)
        values = {"loss": found.loss, "accuracy": _accuracy(model, x, y)}
        finite = {name: value for name, value in values.items() if math.isfinite(value)}
        return Metrics(count.done, finite), Frame(count.done, found.arrays())

    if count.done == 0:
        yield from look()
    losses: list[Tensor] = []
    mean = math.nan
    for step in count:
        batch, labels = examples(config.signal, config.batch_size, "batch", step - 1)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        if step % record == 0 or step == count.end:
            mean = torch.stack(losses).mean().item()
            losses.clear()
            if not math.isfinite(mean):
                where = first_non_finite(model, lambda: model(x.to(device)))
                yield diverged(step, where, config.learning_rate)
                return
            yield Metrics(step, {"batch_loss": mean})
            if step % frame == 0 or step == count.end:
                seen = look()
                if "loss" not in seen[0].values:  # the last update was the one that broke it
                    where = first_non_finite(model, lambda: model(x.to(device)))
                    yield diverged(step, where, config.learning_rate)
                    return
                yield from seen
            yield count.checkpoint(partial(pack, model, optimizer))
    yield count.finish({"loss": mean, "accuracy": _accuracy(model, x, y)}, weights_of(model))


@torch.no_grad()
def _accuracy(model: nn.Sequential, x: Tensor, y: Tensor) -> float:
    """Share of right answers, in evaluation mode."""
    device = next(model.parameters()).device
    with evaluating(model):
        return (model(x.to(device)).argmax(1) == y.to(device)).float().mean().item()
