"""How does a file become something that a model can learn from? One column is the target."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data import Data
from engine.topics.explain_tables.tables.cells import CsvError
from engine.topics.explain_tables.tables.sheet import FEWEST_ROWS, Column, Sheet, rows_of
from engine.words import said

MOST_CLASSES, FEWEST_OF_A_CLASS = 10, 8
RAREST = 0.002  # share of the rows: of a rarer class a model would see next to nothing


def data_of(sheet: Sheet, target: int) -> tuple[Data, tuple[str, ...]]:
    """What a model learns from, with one column as the target, and what was done for that.

    Rows without a target are left out. A missing number becomes the column's median, a missing
    category one of its own.

    Args:
        sheet: as read.
        target: number of a column; −1 is the last.

    Raises:
        CsvError: the target cannot be learned.
    """
    if not -1 <= target < len(sheet.columns):
        raise CsvError(
            said(
                "There is no column {target}; the last one is {last}.",
                target=target,
                last=len(sheet.columns) - 1,
            )
        )
    goal = sheet.columns[target]
    remarks = list(sheet.said)
    known = ~np.isnan(goal.values)
    if not known.all():
        remarks.append(
            said(
                "{rows} without a value of {name} left out.",
                rows=rows_of(int((~known).sum())),
                name=goal.name,
            )
        )
    values = goal.values[known]
    if len(values) < FEWEST_ROWS:
        raise CsvError(
            said(
                "Only {rows} have a value of the target {name}; at least {fewest} are needed.",
                rows=rows_of(len(values)),
                name=goal.name,
                fewest=FEWEST_ROWS,
            )
        )
    y, classes = _target(goal, values)
    columns, codes, filled = [], {}, []
    for column in sheet.columns:
        if column is goal:
            continue
        x, gaps = column.values[known], np.isnan(column.values[known])
        if gaps.any():
            share = f"{column.name} ({gaps.mean():.1%})"
            filled.append(share)
            if gaps.all():
                x = np.zeros_like(x)
            elif column.names:
                codes[column.name] = (*column.names, "missing")
                x = np.where(gaps, len(column.names), x)
            else:
                x = np.where(gaps, np.nanmedian(x), x)
        if column.names and column.name not in codes:
            codes[column.name] = column.names
        columns.append(x)
    if filled:
        remarks.append(
            said(
                "Missing values were filled, numbers with the column's median and categories with "
                "“missing”: {columns}.",
                columns=_some(filled),
            )
        )
    data = Data(
        x=torch.from_numpy(np.stack(columns, 1)),  # 1700000001 is another time than 1700000000
        y=torch.from_numpy(y) if classes else torch.from_numpy(y)[:, None],
        classes=classes,
        features=tuple(c.name for c in sheet.columns if c is not goal),
        target=goal.name,
        codes=codes,
    )
    return data, tuple(remarks)


def _target(goal: Column, values: NDArray[np.float64]) -> tuple[NDArray, tuple[str, ...]]:
    """(N,) class numbers and their names, or (N,) numbers and none."""
    found = np.unique(values)
    if len(found) == 1:
        only = goal.names[int(found[0])] if goal.names else f"{found[0]:g}"
        raise CsvError(
            said(
                "Every row has the same {name}, {only}: there is nothing to predict. Choose "
                "another target.",
                name=goal.name,
                only=only,
            )
        )
    if not goal.names and len(found) > MOST_CLASSES:
        return values, ()
    counts = [(values == value).sum() for value in found]
    fewest = max(FEWEST_OF_A_CLASS, round(RAREST * len(values)))
    if min(counts) < fewest or len(found) > MOST_CLASSES:
        if not goal.names and len(found) > 2:
            return values, ()  # few different numbers, some of them rare: a quantity
        raise CsvError(
            said(
                "The target {name} has a class of {rows} rows among {n}; a class needs at "
                "least {fewest}, and {most} classes are the most.",
                name=goal.name,
                rows=min(counts),
                n=len(found),
                fewest=fewest,
                most=MOST_CLASSES,
            )
        )
    names = goal.names or tuple(f"{goal.name} = {value:g}" for value in found)
    kept = tuple(names[int(v)] for v in found) if goal.names else names
    return np.searchsorted(found, values).astype(np.int64), kept


def _some(items: Sequence[str], most: int = 5) -> str:
    some = ", ".join(items[:most])
    if len(items) <= most:
        return some
    return said("{some} and {n} more", some=some, n=len(items) - most)
