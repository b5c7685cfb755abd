"""Which estimator answers while somebody waits? The exact one that is quick enough, or sampling."""

from engine.topics.explain_tables.estimators import ESTIMATORS, Estimator
from engine.topics.explain_tables.shapley.explained import Explained

NETWORK = 2**20  # rows that a small network answers in about a tenth of a second
PRODUCTS = 2**31  # and the products with its weights that this takes
OTHERS = 2**15  # rows that any other model answers in that time
ORDERS = 64  # of an estimate, for each background row, at most


def affordable(model: Explained) -> int:
    """Rows that the model answers, all coalitions at once, in about a tenth of a second."""
    if model.network is None:
        return OTHERS
    return min(NETWORK, PRODUCTS // sum(p.numel() for p in model.network.parameters()))


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
    exact, most = ESTIMATORS["exact"](), affordable(model)
    features = len(model.features)
    if not exact.unfit(model) and (exact.asks(features, rows, background) or 0) <= most:
        return exact
    if model.network is not None:
        most //= 16  # rows one by one are so much slower than all coalitions
    samples = min(ORDERS, max(1, most // (2 * rows * background * (features + 1))))
    return ESTIMATORS["sampling"].model_validate({"samples": samples})
