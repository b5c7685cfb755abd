"""What is a coalition of features worth? What the model answers on average when they are known."""

import numpy as np
from numpy.typing import NDArray

from engine.topics.explain_tables.shapley.coalitions import count, members
from engine.topics.explain_tables.shapley.explained import Array, Explained, Predict
from engine.topics.explain_tables.shapley.halves import chunks, through_network

ROWS = 2**16  # rows that a model is asked at once: memory is bounded whatever the sizes


def interventional(model: Explained, row: Array, background: Array) -> Array:
    """v(S) = mean over background rows b of f(x_S, b_rest): what is not known is replaced.

    A network whose first layer is linear answers by `halves`, beyond 2^18 rows in single
    precision: v is then right to about 1e-7 of its size.

    Args:
        model: what is explained.
        row: (F,) x, at most 16 features.
        background: (B, F), at least one row.

    Returns:
        (2^F,) float64, in the unit of the answer.

    Raises:
        ValueError: there are more than 16 features, or the shapes do not fit.

    Source: Lundberg and Lee 2017, section 4; Janzing, Minorics and Bloebaum 2020 for "replaced".
    """
    row, background = np.asarray(row, np.float64), np.asarray(background, np.float64)
    if background.ndim != 2 or not len(background) or row.shape != background.shape[1:]:
        raise ValueError(
            "A row and at least one background row of the same features are needed. Received: "
            f"{row.shape} and {background.shape}."
        )
    if (found := through_network(model, row, background)) is not None:
        return found
    return replaced(model.predict, row, background, members(len(row)))


def replaced(predict: Predict, row: Array, background: Array, known: NDArray[np.bool_]) -> Array:
    """(C,) mean answers with the features of each coalition known.

    Args:
        predict: any model.
        row: (F,).
        background: (B, F).
        known: (C, F) bool.
    """
    total = np.zeros(len(known))
    for rest in chunks(len(background), ROWS):
        part = background[rest]
        for some in chunks(len(known), max(1, ROWS // len(part))):
            mask = known[some]
            rows = np.where(mask[:, None], row, part)  # (c, b, F)
            answers = np.asarray(predict(rows.reshape(-1, len(row))), np.float64)
            total[some] += answers.reshape(len(mask), -1).sum(1)
    return total / len(background)


def gaussian(
    predict: Predict, row: Array, mean: Array, covariance: Array, draws: int, seed: int
) -> Array:
    """v(S) = E[f(X) | X_S = x_S] of X normal: what is not known follows from what is.

    The same standard normal draws serve every coalition, each with its mirror image.

    Args:
        predict: any model.
        row: (F,) x, at most 16 features.
        mean: (F,) of X.
        covariance: (F, F) of X, positive semidefinite.
        draws: of X, even.
        seed: of the draws.

    Returns:
        (2^F,) float64; exact for a linear model, whose mirrored draws cancel.

    Source: Aas, Jullum and Løland 2021, section 3.1.
    """
    features = len(row)
    unit = np.sqrt(np.diag(covariance))  # the inverses below tell nothing from 0 in these
    unit = np.where(unit > 0, unit, 1.0)
    covariance = covariance / np.outer(unit, unit)
    draw = np.random.default_rng([seed, features])
    half = draw.standard_normal((draws // 2, features))
    normal = np.concatenate([half, -half])  # (n, F)
    found = np.empty(count(features))
    for coalition, known in enumerate(members(features)):
        rest = ~known
        rows = np.tile(row, (len(normal), 1)).astype(np.float64)
        across = covariance[np.ix_(rest, known)]
        slope = across @ np.linalg.pinv(covariance[np.ix_(known, known)], hermitian=True)
        middle = mean[rest] + unit[rest] * (slope @ ((row[known] - mean[known]) / unit[known]))
        left = covariance[np.ix_(rest, rest)] - slope @ across.T
        level, axes = np.linalg.eigh(left)
        root = axes * np.sqrt(np.maximum(level, 0))
        rows[:, rest] = middle + unit[rest] * (normal[:, rest] @ root.T)
        found[coalition] = np.mean(predict(rows))
    return found
