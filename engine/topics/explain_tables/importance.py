"""How much worse does a model get when a column is shuffled, and which column bends which other?"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.device import number_for
from engine.topics.explain_tables.models import Fitted
from engine.topics.explain_tables.tables.data import Floats
from engine.words import said

MOST = 2000  # rows that are shuffled
BINS = 8  # of a column's values
FEWEST = 12  # rows of a bin that says anything


class Importance(NamedTuple):
    """What shuffling costs."""

    before: float  # the measure on rows as they are
    drops: Floats  # (F, repeats): that, less the measure with the column shuffled


class _Model:
    """A fitted model as scikit-learn asks for one; it is not fitted again."""

    def __init__(self, model: Fitted) -> None:
        self.model = model

    def fit(self) -> None:
        raise NotImplementedError


def permutation_importance(model: Fitted, repeats: int, seed: int) -> Importance:
    """Δ_i = M_0 − M_i on rows that the model has not seen, by scikit-learn.

    The measure M is the area under the ROC curve of the explained class, or R² of a regression.

    Args:
        model: what is measured.
        repeats: shuffles of each column.
        seed: of the shuffles.

    Raises:
        ValueError: the rows are all of one class.

    Source: Breiman, Random Forests, 2001; Fisher, Rudin and Dominici 2019 for any model.
    """
    from sklearn.inspection import permutation_importance
    from sklearn.metrics import r2_score, roc_auc_score

    rows = model.table.held_out[:MOST]
    y = model.table.y[rows]
    if model.table.classes:
        y = y == model.answer
        if y.all() or not y.any():
            raise ValueError(said("The rows kept for measuring are all of one class."))

    def measure(estimator: _Model, x: Floats, y: Floats) -> float:
        found = estimator.model.predict(x)
        return float((roc_auc_score if model.table.classes else r2_score)(y, found))

    found = permutation_importance(
        _Model(model),
        model.table.x[rows],
        y,
        scoring=measure,
        n_repeats=repeats,
        random_state=number_for(seed, "shuffle") % 2**32,
    )
    return Importance(measure(_Model(model), model.table.x[rows], y), found.importances)


def partners(x: Floats, values: Floats, feature: int, categorical: tuple[bool, ...]) -> Floats:
    """How much of one column's effect, at the same value of it, each other column explains.

    In every bin of the column's own values: the share of the variance of its Shapley values that
    lies between the bins of the other column (a correlation ratio η²), averaged over the bins,
    weighted by their variance, less what chance alone would give.

    Args:
        x: (R, F).
        values: (R, F) Shapley values.
        feature: which column's effect.
        categorical: of each column.

    Returns:
        (F,) from 0 to 1; 0 for the column itself.
    """
    own = bins(x[:, feature], categorical[feature])
    effect, found = values[:, feature], np.zeros(x.shape[1])
    for other in range(x.shape[1]):
        if other == feature:
            continue
        theirs = bins(x[:, other], categorical[other])
        between = within = 0.0
        for bin in np.unique(own):
            rows = own == bin
            if rows.sum() < FEWEST:
                continue
            groups = [effect[rows & (theirs == b)] for b in np.unique(theirs[rows])]
            total = float(((effect[rows] - effect[rows].mean()) ** 2).sum())
            rest = sum(float(((g - g.mean()) ** 2).sum()) for g in groups)
            by_chance = total * (len(groups) - 1) / (rows.sum() - 1)
            between += max(0.0, total - rest - by_chance)
            within += total
        found[other] = between / within if within > 0 else 0.0
    return found


def most_bent(x: Floats, values: Floats, categorical: tuple[bool, ...]) -> int:
    """Of the six most important columns the one whose effect another column bends most: its share
    as `partners` has it, times the standard deviation of its values."""
    order = np.argsort(-np.abs(values).mean(0), kind="stable")[:6]
    bent = [partners(x, values, int(i), categorical).max() * values[:, i].std() for i in order]
    return int(order[int(np.argmax(bent))])


def bins(column: Floats, categorical: bool) -> NDArray[np.int64]:
    """(R,) number of the bin of each value: categories apart, numbers in equal shares."""
    if categorical:
        return column.astype(np.int64)
    edges = np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.searchsorted(edges, column, side="right")
