"""How do a deep network's signals change while it learns?"""

import math
import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.activations.signal import SignalConfig, examples, network, profile
from engine.config import knob
from engine.device import pick_device
from engine.events import (
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
from engine.optim import OPTIMIZERS, Optimizer
from engine.training import diverged
from engine.work import Work, work

RECORDS, FRAMES = 200, 30  # points of a curve, and pictures, over a run


@work
class SignalRun(Work):
    """The network of a `SignalConfig`, trained on ever new examples of its task."""

    kind: ClassVar[str] = "signal"
    page: ClassVar[str] = "activations"

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
    begun, before, step = time.perf_counter(), 0.0, 0
    model = network(config.signal)
    x, y = examples(config.signal, config.signal.batch, "probe")
    model.to(device)
    optimizer = config.optimizer.build(model.parameters(), config.learning_rate)
    if start is not None:
        step, before = _load(start, model, optimizer)
    yield Started(config.steps, {"parameters": sum(p.numel() for p in model.parameters())})
    end = config.steps if until is None else min(until, config.steps)
    record, frame = (max(1, config.steps // parts) for parts in (RECORDS, FRAMES))

    def look() -> tuple[Metrics, Frame]:
        here = nn.Sequential(model._modules.copy()) if device.type == "cpu" else None
        seen = here or _on_cpu(config.signal, model)
        found = profile(seen, x, y)
        values = {"loss": found.loss, "accuracy": _accuracy(model, x.to(device), y.to(device))}
        finite = {name: value for name, value in values.items() if math.isfinite(value)}
        return Metrics(step, finite), Frame(step, found.arrays())

    def save() -> State:
        seconds = before + time.perf_counter() - begun
        return _save(step, seconds, model, optimizer)

    if step == 0:
        yield from look()
    losses: list[Tensor] = []
    while step < end:
        batch, labels = examples(config.signal, config.batch_size, "batch", step)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        step += 1
        if step % record == 0 or step == end:
            mean = torch.stack(losses).mean().item()
            losses.clear()
            if not math.isfinite(mean):
                yield _explain(step, model, x.to(device), config.learning_rate)
                return
            yield Metrics(step, {"batch_loss": mean})
            if step % frame == 0 or step == end:
                yield from look()
            yield Checkpoint(step, save)
    if step < config.steps:
        yield Paused(step)
        return
    summary = {"loss": mean, "accuracy": _accuracy(model, x.to(device), y.to(device))}
    weights = {name: v.detach().cpu().clone() for name, v in model.state_dict().items()}
    yield Done(step, summary | {"seconds": before + time.perf_counter() - begun}, weights)
