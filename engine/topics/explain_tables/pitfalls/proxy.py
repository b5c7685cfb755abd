"""What is said of a column that does nothing, but travels with one that does?

In the table of card payments the limit used has no effect; it is tied to the amount. A model that
does not get the amount reads it off the limit.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.config import Config, knob
from engine.data.card_fraud import FEATURES, CardFraud
from engine.metrics import curves
from engine.topics.explain_tables.estimators import ESTIMATORS
from engine.topics.explain_tables.models import Fitted, TableModel, fitted
from engine.topics.explain_tables.shapley.explained import explained
from engine.topics.explain_tables.tables.data import background

Floats = NDArray[np.float64]
AMOUNT, LIMIT = FEATURES.index("amount (EUR)"), FEATURES.index("limit used (%)")
EXPLAINED, BACKGROUND = 500, 200  # rows


class Proxy(Config):
    """How strongly the proxy is tied to what it stands for."""

    correlation: float = knob(
        0.9,
        "Tied to the amount",
        "Correlation of the limit used with the logarithm of the amount.",
        ge=0,
        le=0.99,
        step=0.01,
    )
    seed: int = knob(0, "Seed of the table", ge=0, le=9999, more=True)


class Seen(NamedTuple):
    """What an explanation says of one model."""

    features: tuple[str, ...]
    importance: Floats  # (F,) mean |Shapley value|, in log-odds
    auc: float  # on rows that it has not seen
    moved: float  # mean change of its log-odds when the limit used goes from a quarter to three


@lru_cache(maxsize=128)
def seen(config: Proxy, hidden: bool) -> Seen:
    """A linear model of the payments, and what explains it.

    Args:
        config: which table.
        hidden: whether the model does not get the amount.
    """
    data = CardFraud(correlation=config.correlation)
    left_out = (AMOUNT,) if hidden else ()
    model = fitted(
        TableModel(data=data, predictor="linear", left_out=left_out, seed=config.seed)  # type: ignore[arg-type]
    )
    rows = model.table.x[model.table.held_out]
    values = ESTIMATORS["linear"]().values(
        explained(model), rows[:EXPLAINED], background(model.table, BACKGROUND, config.seed), 0
    )
    found = curves(
        model.table.y[model.table.held_out] == model.answer,
        model.probabilities(rows)[:, model.answer],
    )
    return Seen(
        features=model.features,
        importance=np.abs(values).mean(0),
        auc=found.auc if found else float("nan"),
        moved=_moved(model, rows),
    )


def _moved(model: Fitted, rows: Floats) -> float:
    """Mean change of the score when every row's limit used is set to 75 instead of 25 %."""
    limit = model.features.index(FEATURES[LIMIT])
    low, high = rows.copy(), rows.copy()
    low[:, limit], high[:, limit] = 25, 75
    return float((model.scores(high) - model.scores(low)).mean())
