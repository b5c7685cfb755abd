"""What do all estimators say of one prediction, each as it is by default?"""

import time
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import torch

from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Paused, Started, State
from engine.runs.work import Work, work
from engine.topics.explain_tables.accuracy import reference
from engine.topics.explain_tables.estimators import ESTIMATORS, estimate
from engine.topics.explain_tables.shapley.question import RowQuestion, question


@work
class EstimatorComparison(RowQuestion, Work):
    """Every estimator on one row, and what it took."""

    kind: ClassVar[str] = "table_beside"
    hashed: ClassVar[str] = "Beside"

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return side_by_side(self, start, until)


def side_by_side(
    config: EstimatorComparison, start: State | None, until: int | None
) -> Iterator[Event]:
    """One estimator a step.

    Yields:
        Started (facts: reference, its id). Metrics by estimator: `seconds:id`, `asked:id`,
        `error:id` (root of the mean squared difference from the reference). Frame: its values
        (F,) by id. Checkpoint, and Done or Paused; the weights are values (F,) by id, and the
        reference.
    """
    begun, before, first = time.perf_counter(), 0.0, 0
    asked = question(config)
    id, best = reference(asked)
    true = best.values[0]
    fitting = [name for name, member in ESTIMATORS.items() if not member().unfit(asked.model)]
    found: dict[str, np.ndarray] = {"reference": true}
    if start is not None:
        first, before = int(start["progress"][0]), float(start["progress"][1])
        found = {name: start[name].numpy() for name in ["reference", *fitting[:first]]}
    yield Started(len(fitting), {"reference": id})
    end = len(fitting) if until is None else min(until, len(fitting))

    def weights() -> State:
        return {name: torch.from_numpy(np.array(values)) for name, values in found.items()}

    def save() -> State:
        seconds = before + time.perf_counter() - begun
        return weights() | {"progress": torch.tensor([step, seconds]).double()}

    for step, name in enumerate(fitting[first:end], first + 1):
        part = ESTIMATORS[name]()
        estimate(part, asked.model, asked.row, asked.background[:2])  # what is compiled, is now
        said = estimate(part, asked.model, asked.row, asked.background)
        found[name] = said.values[0]
        error = float(np.sqrt(np.mean((said.values[0] - true) ** 2)))
        told = {"seconds": said.seconds, "asked": float(said.asked), "error": error}
        yield Metrics(step, {f"{what}:{name}": value for what, value in told.items()})
        yield Frame(step, dict(found))
        yield Checkpoint(step, save)
    if end < len(fitting):
        yield Paused(end)
        return
    yield Done(end, {"seconds": before + time.perf_counter() - begun}, weights())
