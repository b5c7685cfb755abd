"""What in a brought table looks too good to be true, or is no measurement? A leak, a number that
only counts the rows, a date written as one number.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from engine.topics.explain_tables.tables.sheet import Column
from engine.words import said

Floats = NDArray[np.float64]

TELLS = 0.99  # share of right pairs, or rank correlation, of one column alone: too good to be true
FEWEST = 30  # distinct values, below which whole numbers in steps of one are no count of rows
SPANS = {  # of whole numbers that are moments: first and last, and how they are written
    "yyyymmdd": (19_000_101, 21_001_231),
    "seconds": (631_152_000, 4_102_444_800),  # since 1970: of the years 1990 to 2100
    "milliseconds": (631_152_000_000, 4_102_444_800_000),
}


def hints(columns: list[Column], y: Floats, classes: tuple[str, ...]) -> list[str]:
    """Sentences about the columns that somebody should look at before a model does.

    Args:
        columns: with the rows that are used, gaps included.
        y: (N,) number of the class, or the target.
        classes: names; empty: a regression.
    """
    found: list[str] = []
    for column in columns:
        known = ~np.isnan(column.values)
        if known.sum() < FEWEST:
            continue
        x = column.values[known]
        share = alone(column, x, y[known], classes)
        if share >= TELLS and classes:
            found.append(
                said(
                    "Column {name} alone tells the classes apart in {share:.1%} of all pairs of "
                    "rows: is it known before the target is?",
                    name=column.name,
                    share=share,
                )
            )
        elif share >= TELLS:
            found.append(
                said(
                    "Column {name} alone orders the rows as the target does (rank correlation "
                    "{share:.3f}): is it known before the target is?",
                    name=column.name,
                    share=share,
                )
            )
        if not column.names and (kind := counted(x)):
            found.append(_sentence(kind, column.name))
    return found


def _sentence(kind: str, name: str) -> str:
    if kind == "rows":
        return said(
            "Column {name} counts the rows: it says where a row stands in the file, and a model "
            "may learn the order of the file from it. Consider leaving it out.",
            name=name,
        )
    if kind == "own":
        return said(
            "Column {name} has another whole number in every row, like a number that a person or "
            "an order was given: a model may learn it by heart. Consider leaving it out.",
            name=name,
        )
    return said(
        "Column {name} looks like dates written as one number: a model sees their size, and "
        "neither months nor days of the week.",
        name=name,
    )


def alone(column: Column, x: Floats, y: Floats, classes: tuple[str, ...]) -> float:
    """How well one column tells the target, 0..1: of classes the smallest AUC of any against the
    rest, of numbers the size of the rank correlation."""
    if not classes:
        if column.names or len(np.unique(x)) < FEWEST:
            return 0.0
        return abs(float(np.corrcoef(rankdata(x), rankdata(y))[0, 1]))
    scores = []
    for label in np.unique(y):
        mine = y == label
        if mine.all():
            return 0.0
        score = x
        if column.names:  # a category counts by its share of the class
            _, back = np.unique(x, return_inverse=True)
            score = (np.bincount(back, mine) / np.bincount(back))[back]
        ranks = rankdata(score)
        count = int(mine.sum())
        area = (ranks[mine].sum() - count * (count + 1) / 2) / (count * (len(y) - count))
        scores.append(max(area, 1 - area))
    return float(min(scores)) if len(scores) > 1 else 0.0


def counted(x: Floats) -> str:
    """ "rows", "own" or "date", where the numbers are no measurement; else empty."""
    if not (x == np.round(x)).all() or len(np.unique(x)) < FEWEST:
        return ""
    steps = np.diff(x)
    if (steps == steps[0]).all() and abs(steps[0]) == 1:
        return "rows"
    low, high = SPANS["yyyymmdd"]
    if low <= x.min() and x.max() <= high:
        month, day = x // 100 % 100, x % 100
        if ((month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)).all():
            return "date"
    if any(a <= x.min() and x.max() <= b for a, b in (SPANS["seconds"], SPANS["milliseconds"])):
        return "date"
    return "own" if len(np.unique(x)) == len(x) >= FEWEST and x.max() - x.min() > len(x) else ""
