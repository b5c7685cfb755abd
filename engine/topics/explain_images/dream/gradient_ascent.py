"""How does something climb a score, step by step, as a film that can be paused and resumed?"""

import time
from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor

from engine.optim import OPTIMIZERS, Optimizer
from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Paused, Started, State
from engine.runs.files import Arrays

LOOKS = 60  # pictures and points of a curve over a run


def elementwise() -> list[str]:
    """Ids of the rules that treat every number alone, so that pictures of a batch never mix."""
    return [id for id, rule in OPTIMIZERS.items() if rule.elementwise]


def begin(values: Mapping[str, Tensor], rule: Optimizer) -> State:
    """What climbs, by name, each (B, ...), with the empty memory of the rule."""
    state = dict(values)
    for name, value in values.items():
        state |= {
            f"{name}/{slot}": memory
            for slot, memory in zip(rule.slots, rule.init(value), strict=True)
        }
    return state


def uphill(
    state: State,
    names: tuple[str, ...],
    rule: Optimizer,
    learning_rate: float,
    step: int,
    score: Callable[[State], Tensor],
) -> tuple[State, State]:
    """One step of an update rule towards a higher score.

    Args:
        state: as `begin` made it; not changed.
        names: what climbs.
        rule: elementwise.
        learning_rate: length of the step.
        step: steps done, this one included, from 1.
        score: from the values by name to (B,).

    Returns:
        The new state, and the gradients of the scores by name, each (B, ...).
    """
    leaves = {name: state[name].detach().requires_grad_() for name in names}
    with torch.enable_grad():
        total = score(state | leaves).sum()
        slopes = torch.autograd.grad(total, list(leaves.values()))
    new = dict(state)
    for (name, leaf), slope in zip(leaves.items(), slopes, strict=True):
        memory = tuple(state[f"{name}/{slot}"] for slot in rule.slots)
        new[name], memory = rule.update(leaf.detach(), -slope, memory, step, learning_rate)
        new |= {f"{name}/{slot}": m for slot, m in zip(rule.slots, memory, strict=True)}
    return new, dict(zip(leaves, slopes, strict=True))


def film(
    first: State,
    steps: int,
    advance: Callable[[State, int], State],
    look: Callable[[State], tuple[dict[str, float], Arrays]],
    start: State | None,
    until: int | None,
    facts: dict[str, str | int | float] | None = None,
) -> Iterator[Event]:
    """The events of a climb.

    Args:
        first: before the first step.
        steps: in all.
        advance: the state after a step, from the state before it and the steps done with it.
        look: metrics and pictures of a state; the last metrics are the summary.
        start: as a checkpoint saved it.
        until: step to pause at.
        facts: told at the start.

    Raises:
        ValueError: the checkpoint is of another climb.
    """
    begun, before, step, state = time.perf_counter(), 0.0, 0, first
    if start is not None:
        step, before, state = _read(start, first)
    yield Started(steps, facts or {})
    end = steps if until is None else min(until, steps)
    every = max(1, steps // LOOKS)

    def seconds() -> float:
        return before + time.perf_counter() - begun

    def save() -> State:
        copied = {f"state/{name}": value.cpu().clone() for name, value in state.items()}
        return copied | {"progress": torch.tensor([step, seconds()], dtype=torch.float64)}

    values: dict[str, float] = {}
    while True:
        if step % every == 0 or step == end:
            values, pictures = look(state)
            yield Metrics(step, values)
            yield Frame(step, pictures)
            yield Checkpoint(step, save)
        if step >= end:
            break
        step += 1
        state = advance(state, step)
    if step < steps:
        yield Paused(step)
        return
    kept = {name: value.cpu().clone() for name, value in state.items() if "/" not in name}
    yield Done(step, values | {"seconds": seconds()}, kept)


def _read(saved: State, first: State) -> tuple[int, float, State]:
    """Step, seconds and state of a checkpoint, on the device of `first`."""
    names = {name.removeprefix("state/") for name in saved if name.startswith("state/")}
    if "progress" not in saved or names != set(first):
        raise ValueError("This checkpoint does not fit the run: it is of another climb.")
    step, seconds = saved["progress"].tolist()
    device = next(iter(first.values())).device
    return int(step), seconds, {name: saved[f"state/{name}"].to(device) for name in first}
