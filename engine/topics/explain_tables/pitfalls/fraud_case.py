"""Why does a good model cry wolf in one city, and what helps?

A model of card payments has learnt that electronics are risky in Northport. Then there is a fair:
seven of ten payments in that city are for electronics now, by honest visitors.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit
from torch import Tensor

from engine.config import knob
from engine.data import Data
from engine.data.card_fraud import CATEGORIES, CITIES, FEATURES, CardFraud, log_odds
from engine.device import generator
from engine.runs.events import Done, Event, Frame, Started, State
from engine.runs.files import Arrays
from engine.runs.work import Work, work
from engine.topics.explain_tables.estimators import ESTIMATORS
from engine.topics.explain_tables.models import Fitted, TableModel, fitted
from engine.topics.explain_tables.predictors import Learnt
from engine.topics.explain_tables.shapley.exact import interactions
from engine.topics.explain_tables.shapley.explained import explained
from engine.topics.explain_tables.shapley.value import interventional
from engine.topics.explain_tables.tables.data import Encoding, background, table_from

Floats = NDArray[np.float64]
CATEGORY, CITY = FEATURES.index("category"), FEATURES.index("city")
ELECTRONICS, NORTHPORT = CATEGORIES.index("electronics"), CITIES.index("Northport")
VISITORS = 0.7  # share of Northport's payments that are for electronics during the fair
EXTRA = 2.5  # log-odds that electronics in Northport carry in other months, and not in this one
EXPLAINED, PAIRS, BACKGROUND = 500, 20, 100  # rows; of the pairs, those with the highest answers
STEPS = 5


@work
class FraudCase(Work):
    """One month of payments, half of it to learn from, half to be judged on."""

    kind: ClassVar[str] = "fraud_case"
    hashed: ClassVar[str] = "FraudCase"

    payments: int = knob(6000, "Payments of the month", ge=1000, le=20_000, log=True, more=True)
    seed: int = knob(0, "Seed of the case", ge=0, le=9999, more=True)

    def run(
        self, device: torch.device, start: State | None = None, until: int | None = None
    ) -> Iterator[Event]:
        """Work that is done in seconds: it neither pauses nor resumes."""
        return fraud_case(self)


def month(config: FraudCase) -> Data:
    """The payments of the month of the fair, with who was a fraud."""
    drawn = CardFraud(examples=config.payments).load(config.seed + 1)
    draw = generator(config.seed, "fair")
    chance = torch.rand(2, config.payments, generator=draw, dtype=torch.float64)
    x = drawn.x.clone()
    visitor = (x[:, CITY] == NORTHPORT) & (chance[0] < VISITORS)
    x[visitor, CATEGORY] = ELECTRONICS
    return replace(drawn, x=x, y=(chance[1] < true_risk(x)).long())


def true_risk(x: Tensor) -> Tensor:
    """(N,) probability of fraud of raw rows (N, 8) during the fair."""
    fair = (x[:, CATEGORY] == ELECTRONICS) & (x[:, CITY] == NORTHPORT)
    return (log_odds(x) - EXTRA * fair).sigmoid()


def fraud_case(config: FraudCase) -> Iterator[Event]:
    """The model in use, why it alarms, and two others.

    Yields:
        Started. Frames, each with what is known by then: of the judged half of the month `x`
        (N, 8), `y` (N,), `risk` (N,) the true one, `as_is`, `retrained` and `without_city` (N,)
        probabilities of fraud; `values` (n, 8)
        Shapley values of the model in use for its `n` highest answers, rows `explained`; `pairs`
        (8, 8) mean |interaction| over a few of those; `together` (4, 4) what category and city do
        only together, in log-odds, and `truth` the same of the formula that drew the payments.
        Done with the seconds.
    """
    begun = time.perf_counter()
    yield Started(STEPS)
    model = fitted(TableModel(seed=config.seed))
    data = month(config)
    judged = np.arange(len(data.y)) >= len(data.y) // 2
    x, y = data.x.double().numpy()[judged], data.y.numpy()[judged]
    as_is = model.probabilities(x)[:, 1]
    risk = true_risk(torch.from_numpy(x)).numpy()
    shown: Arrays = {"x": x, "y": y, "risk": risk, "as_is": as_is}
    yield Frame(1, dict(shown))
    top = np.argsort(-as_is, kind="stable")[:EXPLAINED]
    given = background(model.table, BACKGROUND, config.seed)
    what = explained(model)
    how = ESTIMATORS["sampling"].model_validate({"samples": 4})
    shown |= {"explained": top, "values": how.values(what, x[top], given, config.seed)}
    yield Frame(2, dict(shown))
    pairs = [np.abs(interactions(interventional(what, row, given))) for row in x[top[:PAIRS]]]
    shown |= {
        "pairs": np.mean(pairs, 0),
        "together": together(model, given),
        "truth": _centred(_grid(lambda rows: log_odds(torch.from_numpy(rows)).numpy(), given)),
    }
    yield Frame(3, dict(shown))
    half = replace(data, x=data.x[~judged], y=data.y[~judged])
    retrained = _learn(model, _joined(CardFraud().load(config.seed), half))
    shown |= {"retrained": _probability(retrained.logits(x))}
    yield Frame(4, dict(shown))
    without = fitted(TableModel(left_out=(CITY,), seed=config.seed))
    shown |= {"without_city": without.probabilities(np.delete(x, CITY, 1))[:, 1]}
    yield Frame(STEPS, shown)
    yield Done(STEPS, {"seconds": time.perf_counter() - begun}, {})


def together(model: Fitted, rows: Floats) -> Floats:
    """(4, 4) by category and city: what a model's log-odds do only when both are known.

    The mean answer to `rows` with both set, less what each does alone (its row and column means).
    """
    return _centred(_grid(model.scores, rows))


def _grid(predict: Callable[[Floats], Floats], rows: Floats) -> Floats:
    """Mean answer with category and city set to every pair, (4, 4)."""
    found = np.empty((len(CATEGORIES), len(CITIES)))
    for category in range(len(CATEGORIES)):
        for city in range(len(CITIES)):
            changed = rows.copy()
            changed[:, CATEGORY], changed[:, CITY] = category, city
            found[category, city] = predict(changed).mean()
    return found


def _centred(grid: Floats) -> Floats:
    """Rows and columns that sum to zero: the interaction of a two-way table."""
    return grid - grid.mean(0) - grid.mean(1, keepdims=True) + grid.mean()


def _joined(one: Data, other: Data) -> Data:
    return replace(one, x=torch.cat([one.x, other.x]), y=torch.cat([one.y, other.y]))


def _learn(like: Fitted, data: Data) -> Learnt:
    """The same kind of model, from other rows."""
    table = table_from(data, like.config.seed, like.table.label)
    return like.config.predictor.fit(table, Encoding.of(table), like.config.seed)


def _probability(logits: Floats) -> Floats:
    return np.asarray(expit(logits[:, 1] - logits[:, 0]))
