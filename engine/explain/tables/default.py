"""Which estimator answers while somebody waits? The exact one that is quick enough, or sampling."""

from engine.explain.tables.estimators import ESTIMATORS, Estimator
from engine.explain.tables.explained import Explained

NETWORK = 2**20  # rows that a network answers in about a tenth of a second
OTHERS = 2**15  # and that any other model does
ORDERS = 8  # of the estimate, for each background row


def at_once(model: Explained, rows: int, background: int) -> Estimator:
    """What explains so many rows soonest without an error, if it takes no longer than a moment.

    Args:
        model: what is explained.
        rows: R.
        background: B, its rows.
    """
    for id in ("linear", "tree"):
        if not ESTIMATORS[id]().unfit(model):
            return ESTIMATORS[id]()
    exact = ESTIMATORS["exact"]()
    most = NETWORK if model.network is not None else OTHERS
    if not exact.unfit(model) and (exact.asks(len(model.features), rows, background) or 0) <= most:
        return exact
    return ESTIMATORS["sampling"].model_validate({"samples": ORDERS if rows == 1 else 1})
