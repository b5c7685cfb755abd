"""What do all estimators say of one prediction, each as it is by default?"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import torch

from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.steps import Steps
from engine.runs.work import work
from engine.topics.explain_tables.accuracy import reference
from engine.topics.explain_tables.estimators import ESTIMATORS, estimate
from engine.topics.explain_tables.shapley.question import RowQuestion, question
from engine.topics.explain_tables.work import TableWork


@work
class EstimatorComparison(RowQuestion, TableWork):
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
    steps = Steps(start, until)
    asked = question(config)
    id, best = reference(asked)
    true = best.values[0]
    fitting = [name for name, member in ESTIMATORS.items() if not member().unfit(asked.model)]
    found: dict[str, np.ndarray] = {"reference": true}
    if start is not None:
        found = {name: start[name].numpy() for name in ["reference", *fitting[: steps.done]]}
    yield steps.begin(len(fitting), {"reference": id})

    def weights() -> State:
        return {name: torch.from_numpy(np.array(values)) for name, values in found.items()}

    for step in steps:
        name = fitting[step - 1]
        part = ESTIMATORS[name]()
        estimate(part, asked.model, asked.row, asked.background[:2])  # what is compiled, is now
        said = estimate(part, asked.model, asked.row, asked.background)
        found[name] = said.values[0]
        error = float(np.sqrt(np.mean((said.values[0] - true) ** 2)))
        measured = {"seconds": said.seconds, "asked": float(said.asked), "error": error}
        yield Metrics(step, {f"{what}:{name}": value for what, value in measured.items()})
        yield Frame(step, dict(found))
        yield steps.checkpoint(weights)
    yield steps.finish({}, weights())
