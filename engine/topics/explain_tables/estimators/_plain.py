"""What is a library given whose tolerances are absolute? Nothing in anybody's units."""

from typing import NamedTuple

import numpy as np

from engine.topics.explain_tables.shapley.explained import Array, Explained, Predict


class Plain(NamedTuple):
    """A question in which a column holds the places of its values, 0, 1, 2, …, in their order.

    For shap 1000001 is 1000000, and both are replaced by nothing. An estimator that only mixes a
    row's values with the background's loses nothing by places, and no rounding comes back.
    """

    predict: Predict  # places (n, F) to answers (n,) in their unit
    rows: Array  # (R, F)
    background: Array  # (B, F)


def plain(model: Explained, rows: Array, background: Array) -> Plain:
    """The same question by places.

    Args:
        model: what is explained.
        rows: (R, F), in their units.
        background: (B, F).
    """
    both = np.concatenate([rows, background])
    values, places = zip(
        *(np.unique(column, return_inverse=True) for column in both.T), strict=True
    )
    coded = np.stack(places, 1).astype(np.float64)

    def predict(some: Array) -> Array:
        index = np.asarray(some).astype(np.int64)
        return model.predict(np.stack([v[index[:, i]] for i, v in enumerate(values)], 1))

    return Plain(predict, coded[: len(rows)], coded[len(rows) :])
