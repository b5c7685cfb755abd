"""Against whom is a row compared? How its explanation changes with the background rows."""

import time
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import torch
from pydantic import Field

from engine.config import knob
from engine.runs.events import Done, Event, Frame, Metrics, Started, State
from engine.runs.work import work
from engine.topics.explain_tables.default import at_once
from engine.topics.explain_tables.models import TableModel, fitted
from engine.topics.explain_tables.shapley.explained import explained
from engine.topics.explain_tables.shapley.question import RowQuestion
from engine.topics.explain_tables.tables.data import Table, background
from engine.topics.explain_tables.work import TableWork

SIZES = (1, 3, 10, 30, 100, 300)  # rows
SIZE = 100  # rows of each choice


@work
class Backgrounds(TableWork):
    """One row of a table, explained against many backgrounds."""

    kind: ClassVar[str] = "table_backgrounds"
    hashed: ClassVar[str] = "Backgrounds"

    model: TableModel = TableModel()
    row: int = Field(RowQuestion().row, ge=0, le=999_999)
    draws: int = knob(
        8, "Draws", "Of background rows, for each number of them.", ge=2, le=50, log=True
    )

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Work that is done in seconds: it neither pauses nor resumes."""
        return against_many(self)


def choices(table: Table) -> tuple[str, ...]:
    """Kinds of background that `data.background` knows of this table."""
    classes = tuple(f"class:{k}" for k in range(len(table.classes)))
    return ("random", "middle", *classes)


def against_many(config: Backgrounds) -> Iterator[Event]:
    """Explain the row against random rows, more and more of them, then against chosen ones.

    Yields:
        Started. Metrics. Frame: `values` (S, draws, F), by the sizes that are done; the last one
        also `chosen` (C, F) against each of `choices`, and `bases` (C,), the mean answers to them.
        Done with `answer` and the seconds.
    """
    begun = time.perf_counter()
    model = fitted(config.model)
    what, table = explained(model), model.table
    number = min(config.row, len(table.x) - 1)
    row = table.x[number : number + 1]
    kinds = choices(table)
    sizes = [size for size in SIZES if size <= len(table.train)]
    yield Started(len(sizes) + 1, {"estimator": at_once(what, 1, SIZE).about.label})
    values = np.zeros((len(sizes), config.draws, len(what.features)))
    for step, size in enumerate(sizes):
        for draw in range(config.draws):
            given = background(table, size, draw)
            values[step, draw] = at_once(what, 1, size).values(what, row, given, draw)[0]
        yield Metrics(step + 1, {"rows": float(size)})
        yield Frame(step + 1, {"values": values[: step + 1]})
    given_all = [background(table, SIZE, 0, kind) for kind in kinds]
    chosen = [at_once(what, 1, len(g)).values(what, row, g, 0)[0] for g in given_all]
    bases = np.array([model.predict(g).mean() for g in given_all])
    yield Frame(len(sizes) + 1, {"values": values, "chosen": np.stack(chosen), "bases": bases})
    answer = float(model.predict(row)[0])
    yield Done(len(sizes) + 1, {"answer": answer, "seconds": time.perf_counter() - begun}, {})
