"""What did each column do for the answers to a whole table? The Shapley values of many rows."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
import torch

from engine.config import Config, knob
from engine.runs.events import Event, Frame, Metrics, State
from engine.runs.files import Arrays
from engine.runs.steps import Steps
from engine.runs.work import work
from engine.topics.explain_tables.default import at_once
from engine.topics.explain_tables.estimators import ESTIMATORS, Estimator
from engine.topics.explain_tables.importance import permutation_importance
from engine.topics.explain_tables.models import TableModel, fitted
from engine.topics.explain_tables.shapley.explained import Explained, explained
from engine.topics.explain_tables.tables.data import Rows, Table, background
from engine.topics.explain_tables.work import TableWork

ASKED = 7_000_000  # rows that a model is asked, about: a few seconds of a network
CHECKED = 8  # rows that are also explained exactly, where that is quick
QUICK = 2**22  # rows that those may cost
PARTS = 12  # pictures on the way


class AllRows(Config):
    """What is explained, of which model, beside which background: of a job and of its page."""

    model: TableModel = TableModel()
    estimator: Literal["default", "sampling", "exact"] = knob(
        "default",
        "Estimator",
        "By default the exact one that reads the model, where there is one, else sampled orders.",
        options={"default": "default", "sampling": "sampling", "exact": "exact"},
    )
    rows: int = knob(
        1000, "Rows", "Explained, those first that no model has seen.", ge=10, le=5000, log=True
    )
    background: int = knob(
        100,
        "Background rows",
        "Training rows whose values stand in for what is not known.",
        ge=1,
        le=1000,
        log=True,
    )
    background_seed: int = knob(
        0, "Background seed", "Draws the background rows.", ge=0, le=9999, more=True
    )
    repeats: int = knob(
        10, "Shuffles", "Of each column, for the permutation importance.", ge=1, le=100, log=True
    )


@work
class AllRowsExplained(AllRows, TableWork):
    """Every row of a table explained; a step is a row."""

    kind: ClassVar[str] = "table_values"
    hashed: ClassVar[str] = "Everyone"

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return explain_all(self, start, until)


def rows_shown(table: Table, most: int) -> Rows:
    """Which rows are explained, (R,): the test part, then the validation part, then the others."""
    return np.concatenate([table.test, table.validation, table.train])[:most]


def chosen(config: AllRows, model: Explained, rows: int) -> Estimator:
    """The estimator with as much work as a few seconds hold."""
    if config.estimator == "exact":
        return ESTIMATORS["exact"]()
    found = at_once(model, rows, config.background)
    if config.estimator == "sampling" or found.id == "sampling":
        once = 2 * rows * config.background * (len(model.features) + 1)
        orders = max(1, min(32, ASKED // once))
        return ESTIMATORS["sampling"].model_validate({"samples": orders})
    return found


def explain_all(
    config: AllRowsExplained, start: State | None = None, until: int | None = None
) -> Iterator[Event]:
    """Explain the rows part by part; a step is a row.

    Yields:
        Started (facts: estimator, its `orders` where it draws any, unit, base). Metrics: `rows`
        done. Frame, at about every twelfth of the rows: `rows` (r,) numbers of rows of the table,
        `values` (r, F) and `answers` (r,) in the unit of the answer; the last one also `drops`
        (F, repeats) and `before` (1,) of the permutation importance. Done with `base`, `residual`
        (the largest difference of sum and answer), `error` (mean difference from the exact values
        of a few rows, where they were quick to compute), `checked` rows, `seconds`; its weights
        are the `values`. Before it Checkpoints, and Paused at `until`.

    Raises:
        DataError: the table cannot be had.
        ValueError: the estimator does not fit the model, in one sentence.
    """
    steps = Steps(start, until)
    model = fitted(config.model)
    what = explained(model)
    index = rows_shown(model.table, config.rows)
    given = background(model.table, config.background, config.background_seed)
    how = chosen(config, what, len(index))
    if why := how.unfit(what):
        raise ValueError(why)
    base = float(model.predict(given).mean())
    facts: dict[str, str | int | float] = {
        "estimator": how.about.label, "orders": getattr(how, "samples", 0), "base": base,
        "unit": str(model.unit), "exact": int(how.exact),
    }  # fmt: skip
    yield steps.begin(len(index), facts)
    x = model.table.x[index]
    answers = model.predict(x)
    values, each = np.zeros(x.shape), max(10, -(-len(index) // PARTS))
    if start is not None:
        values = start["values"].numpy().copy()

    def save() -> State:
        return {"values": torch.from_numpy(values.copy())}

    while steps.done < steps.end:
        part = slice(steps.done, min(steps.done + each, len(index)))
        values[part] = how.values(what, x[part], given, config.background_seed)
        steps.done = step = part.stop
        yield Metrics(step, {"rows": float(step)})
        if step < len(index):
            whole: Arrays = {"rows": index, "values": values, "answers": answers}
            yield Frame(step, {name: array[:step].copy() for name, array in whole.items()})
        yield steps.checkpoint(save)
    if steps.paused:
        yield steps.finish({})
        return
    summary = {"base": base, "residual": float(np.abs(values.sum(1) + base - answers).max())}
    importance = permutation_importance(model, config.repeats, config.background_seed)
    yield Frame(
        steps.done,
        {
            "rows": index, "values": values, "answers": answers,
            "drops": importance.drops, "before": np.array([importance.before]),
        },
    )  # fmt: skip
    exact = ESTIMATORS["exact"]()
    cost = exact.asks(len(what.features), CHECKED, len(given))
    if not how.exact and not exact.unfit(what) and cost is not None and cost <= QUICK:
        right = exact.values(what, x[:CHECKED], given, config.background_seed)
        summary |= {
            "error": float(np.abs(values[:CHECKED] - right).mean()),
            "checked": float(len(right)),
        }
    yield steps.finish(summary, {"values": torch.from_numpy(values)})
