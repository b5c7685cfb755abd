"""Random orders, each with one background row: many rows of a table explained at once."""

from typing import ClassVar

import numpy as np

from engine.config import About, knob
from engine.device import number_for
from engine.topics.explain_tables.estimators._spec import ESTIMATORS, Estimator
from engine.topics.explain_tables.shapley.explained import Array, Explained

MANY = 2**16  # rows that the model is asked at once


@ESTIMATORS.register
class Sampling(Estimator):
    """A background row becomes the row of interest, feature by feature, in a random order and in
    its reverse; what a feature's turn changes is one draw of its value. Every background row is
    used, so that the values sum to f(x) - base exactly."""

    about: ClassVar[About] = About(
        id="sampling",
        label="Sampling",
        summary="Random orders, each with one background row; all rows of a table at once.",
        formula=r"\frac1n\sum_{\pi,b}\,[f(x_{\pi\le i},b)-f(x_{\pi<i},b)]",
        source="Štrumbelj and Kononenko 2014, algorithm 1; reversed orders: Mitchell et al. 2022",
        url="https://doi.org/10.1007/s10115-013-0679-x",
    )
    ladder: ClassVar[tuple[int, ...]] = (1, 4, 16, 64)
    samples: int = knob(
        1,
        "Orders",
        "Drawn for every background row; each is also used in reverse.",
        ge=1,
        le=256,
        log=True,
    )

    def values(self, model: Explained, rows: Array, background: Array, seed: int) -> Array:
        features, size = rows.shape[1], len(background)
        draw = np.random.default_rng(number_for(seed, "orders"))
        found = np.zeros(rows.shape)
        pairs = len(rows) * size
        step = max(1, MANY // (2 * (features + 1)))
        for _ in range(self.samples):
            for first in range(0, pairs, step):
                row, rest = np.divmod(np.arange(first, min(first + step, pairs)), size)
                turn = draw.random((len(row), features)).argsort(1)  # (p, F) whose turn is when
                turn = np.concatenate([turn, turn[:, ::-1]])
                row, rest = np.tile(row, 2), np.tile(rest, 2)
                when = turn.argsort(1)  # (p, F) its inverse: when is whose turn
                known = when[:, None] < np.arange(features + 1)[:, None]  # (p, F + 1, F)
                asked = np.where(known, rows[row][:, None], background[rest][:, None])
                answers = model.predict(asked.reshape(-1, features)).reshape(len(row), -1)
                gain = np.take_along_axis(np.diff(answers), when, axis=1)  # (p, F)
                np.add.at(found, row, gain)
        return found / (2 * self.samples * size)
