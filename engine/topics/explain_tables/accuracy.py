"""How right is every estimator on this prediction? Its error as it asks more, and the axioms."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np
import torch

from engine.config import knob
from engine.runs.events import Event, Metrics, State
from engine.runs.steps import Steps
from engine.runs.work import work
from engine.topics.explain_tables.axioms import AXIOMS, residual
from engine.topics.explain_tables.estimators import ESTIMATORS, Estimate, Estimator, estimate
from engine.topics.explain_tables.shapley.coalitions import MOST
from engine.topics.explain_tables.shapley.explained import Array, Explained
from engine.topics.explain_tables.shapley.question import Question, RowQuestion, question
from engine.topics.explain_tables.work import TableWork

BEST = {"samples": 256}  # of sampling, where nothing exact fits
ROWS = 2**18  # that the exact estimator asks for an axiom; fewer background rows keep it to that


@work
class Accuracy(RowQuestion, TableWork):
    """Every estimator that fits, at growing samples and over seeds, against the exact values."""

    kind: ClassVar[str] = "table_accuracy"
    hashed: ClassVar[str] = "Accuracy"

    seeds: int = knob(5, "Seeds", "Each estimator draws anew with each.", ge=2, le=20)

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        return measure(self, start, until)


class Point(NamedTuple):
    """One piece of the work: an axiom of an estimator, or an estimate with a seed."""

    id: str
    axiom: str = ""
    level: int = 0  # which of the estimator's ladder
    seed: int = 0

    def part(self) -> Estimator:
        member = ESTIMATORS[self.id]
        if self.axiom or not member.ladder:
            return member()
        return member.model_validate({"samples": member.ladder[self.level]})


def plan(model: Explained, seeds: int) -> list[Point]:
    """All pieces in order: the axioms, then all estimators at their fewest samples, and so on.

    Estimators that draw nothing are asked once, exact ones only for the axioms.
    """
    fitting = [id for id, member in ESTIMATORS.items() if not member().unfit(model)]
    points = [Point(id, axiom) for id in fitting for axiom in AXIOMS]
    for level in range(max(len(member.ladder) for member in ESTIMATORS.values())):
        for id in fitting:
            member = ESTIMATORS[id]
            if not member.exact and level < max(1, len(member.ladder)):
                draws = range(seeds if member.drawn else 1)
                points += [Point(id, "", level, seed) for seed in draws]
    return points


def reference(asked: Question) -> tuple[str, Estimate]:
    """Which estimator the others are measured by, and what it said: an exact one that fits."""
    for id in ("linear", "tree", "exact"):
        if not ESTIMATORS[id]().unfit(asked.model):
            part = ESTIMATORS[id]()
            break
    else:
        id, part = "sampling", ESTIMATORS["sampling"].model_validate(BEST)
    # A seed of its own: the reference shares no draw with what it judges.
    return id, estimate(part, asked.model, asked.row, asked.background, seed=2**31)


def measure(config: Accuracy, start: State | None, until: int | None) -> Iterator[Event]:
    """Do the pieces of `plan`, one a step.

    Yields:
        Started (facts: reference, its id; scale, the largest reference value; exact_asked, rows,
        and exact_seconds where all coalitions were asked). Metrics of an estimator at each of its
        pieces: `axiom/name:id` in units of the answer (nan is left out);
        `samples:id`, `error:id` the root of the mean squared error over features, `seconds:id`,
        `asked:id`. Checkpoint, and Done or Paused; the weights are reference (F,) and, by id,
        values (pieces, F) in order.
    """
    steps = Steps(start, until)
    asked = question(config)
    id, best = reference(asked)
    true = best.values[0]
    points = plan(asked.model, config.seeds)
    values: dict[str, list[Array]] = {point.id: [] for point in points if not point.axiom}
    if start is not None:
        values = {name: list(start[f"values/{name}"].numpy()) for name in values}
    facts: dict[str, str | int | float] = {"reference": id, "scale": float(np.abs(true).max())}
    if id == "exact":
        facts |= {"exact_asked": best.asked, "exact_seconds": best.seconds}
    yield steps.begin(len(points), facts)

    def weights() -> State:
        found = {
            f"values/{name}": np.reshape(some, (-1, len(true))) for name, some in values.items()
        }
        return {k: torch.from_numpy(v) for k, v in (found | {"reference": true}).items()}

    few = asked.background[: max(2, ROWS // 2 ** min(len(true) + 1, MOST))]
    warm: set[str] = set()
    for step in steps:
        point = points[step - 1]
        if point.id not in warm:  # what is compiled at a first call is not the estimator's time
            estimate(ESTIMATORS[point.id](), asked.model, asked.row, asked.background[:2])
            warm.add(point.id)
        part = point.part()
        if point.axiom:
            miss = residual(point.axiom, part, asked.model, asked.row, few, point.seed)
            measured = {f"axiom/{point.axiom}:{point.id}": miss} if np.isfinite(miss) else {}
        else:
            found = estimate(part, asked.model, asked.row, asked.background, point.seed)
            values[point.id].append(found.values[0])
            measured = {
                "samples": float(getattr(part, "samples", 0)),
                "error": float(np.sqrt(np.mean((found.values[0] - true) ** 2))),
                "seconds": found.seconds,
                "asked": float(found.asked),
            }
            measured = {f"{name}:{point.id}": value for name, value in measured.items()}
        yield Metrics(step, measured)
        yield steps.checkpoint(weights)
    yield steps.finish({"pieces": float(len(points))}, weights())
