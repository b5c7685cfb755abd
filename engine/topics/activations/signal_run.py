"""How do a deep network's signals change while it learns?"""

import math
import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.config import knob
from engine.device import pick_device
from engine.nn.taps import evaluating
from engine.optim import OPTIMIZERS, Optimizer
from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Paused, Started, State
from engine.runs.work import Work, work
from engine.topics.activations.profile import profile
from engine.topics.activations.signal import SignalConfig, examples, network
from engine.training.loop import diverged
from engine.words import said

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
    begun, before, step = time.perf_counter(), 0.0, 0
    model = network(config.signal)
    x, y = examples(config.signal, config.signal.batch, "probe")
    model.to(device)
    optimizer = config.optimizer.build(model.parameters(), config.learning_rate)
    if start is not None:
        step, before = _load(start, model, optimizer)
    yield Started(config.steps, {"parameters": sum(p.numel() for p in model.parameters())})
    end = config.steps if until is None else min(until, config.steps)
    record = max(1, config.steps // RECORDS)
    frame = record * max(1, config.steps // record // FRAMES)

    def look() -> tuple[Metrics, Frame]:
        found = profile(model, x, y)
        values = {"loss": found.loss, "accuracy": _accuracy(model, x, y)}
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
                yield diverged(step, _first_non_finite(model, x), config.learning_rate)
                return
            yield Metrics(step, {"batch_loss": mean})
            if step % frame == 0 or step == end:
                yield from look()
            yield Checkpoint(step, save)
    if step < config.steps:
        yield Paused(step)
        return
    summary = {"loss": mean, "accuracy": _accuracy(model, x, y)}
    weights = {name: v.detach().cpu().clone() for name, v in model.state_dict().items()}
    yield Done(step, summary | {"seconds": before + time.perf_counter() - begun}, weights)


@torch.no_grad()
def _accuracy(model: nn.Sequential, x: Tensor, y: Tensor) -> float:
    """Share of right answers, in evaluation mode."""
    device = next(model.parameters()).device
    with evaluating(model):
        return (model(x.to(device)).argmax(1) == y.to(device)).float().mean().item()


@torch.no_grad()
def _first_non_finite(model: nn.Sequential, x: Tensor) -> str:
    """Name of the first layer whose output is not finite."""
    h = x.to(next(model.parameters()).device)
    with evaluating(model):
        for name, module in model.named_children():
            h = module(h)
            if not h.isfinite().all():
                return name
    return "the loss"


def _save(step: int, seconds: float, model: nn.Module, optimizer: torch.optim.Optimizer) -> State:
    state = {"progress": torch.tensor([step, seconds], dtype=torch.float64)}
    state |= {f"model/{n}": v.detach().cpu().clone() for n, v in model.state_dict().items()}
    for index, slots in optimizer.state_dict()["state"].items():
        for name, value in slots.items():
            kind = "tensor" if isinstance(value, Tensor) else "number"
            state[f"optimizer/{index}/{kind}/{name}"] = (
                torch.as_tensor(value).detach().cpu().clone()
            )
    return state


def _load(state: State, model: nn.Module, optimizer: torch.optim.Optimizer) -> tuple[int, float]:
    """Raises ValueError: the state is of another network."""
    try:
        step, seconds = state["progress"].tolist()
        prefix = "model/"
        model.load_state_dict(
            {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
        )
        slots: dict[int, dict[str, Tensor | float]] = {}
        for path, value in state.items():
            if path.startswith("optimizer/"):
                _, index, kind, name = path.split("/", 3)
                slot = slots.setdefault(int(index), {})
                slot[name] = value if kind == "tensor" else value.item()
        optimizer.load_state_dict(optimizer.state_dict() | {"state": slots})
    except (KeyError, RuntimeError, ValueError) as error:
        first = str(error).split("\n")[0]
        raise ValueError(
            said("This checkpoint does not fit the run: {error}", error=first)
        ) from None
    return int(step), seconds
