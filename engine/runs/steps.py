"""How does work of many steps say how far it is, and pause, and go on? Everywhere the same."""

import math
import time
from collections.abc import Callable, Iterator, Mapping

import torch

from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Paused, Started, State
from engine.runs.files import Arrays
from engine.words import said

LOOKS = 60  # pictures and points of a curve over a run
Facts = Mapping[str, str | int | float]


class Steps:
    """How many steps are done and for how long, pauses left out.

    It counts where it is iterated over: each pass gives the steps done with it, from 1 or from
    where a checkpoint stopped. Work whose steps are of several sizes sets `done` itself.
    """

    def __init__(self, start: State | None, until: int | None) -> None:
        """
        Args:
            start: what a checkpoint saved.
            until: step to pause at; None: go to the end.
        """
        self._begun, self._until = time.perf_counter(), until
        self.done, self.total, self._before = 0, 0, 0.0
        if start is not None:
            done, self._before, *_ = start["progress"].tolist()
            self.done = int(done)

    def begin(self, total: int, facts: Facts | None = None) -> Started:
        """So many steps it will be in all."""
        self.total = total
        return Started(total, dict(facts or {}))

    @property
    def end(self) -> int:
        """The step to stop at, now."""
        return self.total if self._until is None else min(self._until, self.total)

    def __iter__(self) -> Iterator[int]:
        while self.done < self.end:
            self.done += 1
            yield self.done

    def seconds(self) -> float:
        return self._before + time.perf_counter() - self._begun

    def checkpoint(self, save: Callable[[], State] = dict) -> Checkpoint:
        """An offer to go on from here with what `save` gives."""
        step = self.done

        def whole() -> State:
            progress = torch.tensor([step, self.seconds(), self.total], dtype=torch.float64)
            return save() | {"progress": progress}

        return Checkpoint(step, whole)

    @property
    def paused(self) -> bool:
        """Whether steps are left."""
        return self.done < self.total

    def finish(self, summary: Mapping[str, float], weights: State | None = None) -> Paused | Done:
        """The last event: a pause where steps are left, else the result."""
        if self.paused:
            return Paused(self.done)
        return Done(self.done, {**summary, "seconds": self.seconds()}, weights or {})


def film(
    first: State,
    steps: int,
    advance: Callable[[State, int], State],
    look: Callable[[State], tuple[dict[str, float], Arrays]],
    start: State | None,
    until: int | None,
    facts: Facts | None = None,
) -> Iterator[Event]:
    """The events of a state that changes step by step.

    Args:
        first: before the first step.
        steps: in all.
        advance: the state after a step, from the state before it and the steps done with it.
        look: metrics and pictures of a state; the last metrics are the summary.
        start: as a checkpoint saved it.
        until: step to pause at.
        facts: known at the start.

    Raises:
        ValueError: the checkpoint is of another state, or a metric is not finite.
    """
    state = first if start is None else _taken(start, first)
    count = Steps(start, until)
    yield count.begin(steps, facts)
    every = max(1, steps // LOOKS)

    def save() -> State:
        return {f"state/{name}": value.cpu().clone() for name, value in state.items()}

    values: dict[str, float] = {}

    def seen() -> Iterator[Event]:
        nonlocal values
        values, pictures = look(state)
        if not all(map(math.isfinite, values.values())):
            raise ValueError(
                said(
                    "After step {step} of {steps} a number is no longer finite: a lower learning "
                    "rate or weaker regularisers keep it. What was reached before is kept.",
                    step=count.done,
                    steps=steps,
                )
            )
        yield Metrics(count.done, values)
        yield Frame(count.done, pictures)
        yield count.checkpoint(save)

    if count.done % every == 0 or count.done == count.end:
        yield from seen()
    for step in count:
        state = advance(state, step)
        if step % every == 0 or step == count.end:
            yield from seen()
    last = {name: value.cpu().clone() for name, value in state.items() if "/" not in name}
    yield count.finish(values, last)


def _taken(saved: State, first: State) -> State:
    """The state of a checkpoint, on the device of `first`."""
    names = {name.removeprefix("state/") for name in saved if name.startswith("state/")}
    if "progress" not in saved or names != set(first):
        raise ValueError(said("This checkpoint does not fit the run: it is of another state."))
    device = next(iter(first.values())).device
    return {name: saved[f"state/{name}"].to(device) for name in first}
