"""How does a file become something that a model can learn from? One column is the target."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data import Data
from engine.topics.explain_tables.tables.cells import CsvError
from engine.topics.explain_tables.tables.hints import hints
from engine.topics.explain_tables.tables.sheet import FEWEST_ROWS, Column, Sheet, rows_of
from engine.words import said

MOST_CLASSES, FEWEST_OF_A_CLASS = 10, 8
SOME = 50  # different whole numbers that may be meant as classes
Task = Literal["auto", "classes", "number"]
"""What the numbers of a target are: by default classes where they are few and none is rare."""
RAREST = 0.002  # share of the rows: of a rarer class a model would see next to nothing


def data_of(sheet: Sheet, target: int, task: Task = "auto") -> tuple[Data, tuple[str, ...]]:
    """What a model learns from, with one column as the target, and what was done for that.

    Rows without a target are left out. A missing number becomes the column's median, a missing
    category one of its own.

    Args:
        sheet: as read.
        target: number of a column; −1 is the last.
        task: what its numbers are.

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
    y, classes, kept, more = _target(goal, values, task)
    remarks += more
    known[known] = kept
    columns, codes, filled, missing = [], {}, [], []
    for column in sheet.columns:
        if column is goal:
            continue
        x, gaps = column.values[known], np.isnan(column.values[known])
        missing.append(gaps & (not column.names))
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
                "Missing values were filled, numbers with the median of all known ones and "
                "categories with “missing”: {columns}. What was filled says so beside its value.",
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
        filled=torch.from_numpy(np.stack(missing, 1)),
    )
    used = [
        Column(name=c.name, values=c.values[known], names=c.names)
        for c in sheet.columns
        if c is not goal
    ]
    return data, (*hints(used, y.astype(np.float64), classes), *remarks)  # what matters most first


class Target(NamedTuple):
    """A column as what is predicted."""

    y: NDArray  # (n,) numbers of classes, or numbers
    classes: tuple[str, ...]  # their names; empty: a number
    kept: NDArray[np.bool_]  # (N,) rows that it has
    remarks: list[str]  # what was done, and what a person may choose otherwise


def _target(goal: Column, values: NDArray[np.float64], task: Task) -> Target:
    found, counts = np.unique(values, return_counts=True)
    everyone = np.ones(len(values), bool)
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
    if task == "number" and goal.names:
        raise CsvError(
            said("The target {name} is text: it has classes, and is no number.", name=goal.name)
        )
    fewest = max(FEWEST_OF_A_CLASS, round(RAREST * len(values)))
    fits = len(found) <= MOST_CLASSES and min(counts) >= fewest
    if task == "number" or (task == "auto" and not goal.names and not fits and len(found) > 2):
        remarks = _as_number(goal.name, found, counts, fewest) if task == "auto" else []
        return Target(values, (), everyone, remarks)
    if task == "auto" and not fits:
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
    common = np.argsort(-counts, kind="stable")[:MOST_CLASSES]
    chosen = np.sort(common[counts[common] >= fewest])
    kept = np.isin(values, found[chosen])
    if len(chosen) < 2 or kept.sum() < FEWEST_ROWS:
        raise CsvError(
            said(
                "Fewer than two classes of the target {name} have {fewest} rows or more.",
                name=goal.name,
                fewest=fewest,
            )
        )
    remarks = []
    if not kept.all():
        remarks = [
            said(
                "{rows} of rare classes of {name} left out: a class needs at least {fewest}, and "
                "{most} classes are the most.",
                rows=rows_of(int((~kept).sum())),
                name=goal.name,
                fewest=fewest,
                most=MOST_CLASSES,
            )
        ]
    elif task == "auto" and not goal.names:
        remarks = [
            said(
                "The target {name} has {n} different numbers: each is predicted as a class.",
                name=goal.name,
                n=len(found),
            )
        ]
    names = goal.names or {int(i): f"{goal.name} = {found[i]:.15g}" for i in chosen}
    places = [int(found[i]) if goal.names else int(i) for i in chosen]
    y = np.searchsorted(found[chosen], values[kept]).astype(np.int64)
    return Target(y, tuple(names[i] for i in places), kept, remarks)


def _as_number(
    name: str, found: NDArray[np.float64], counts: NDArray[np.int64], fewest: int
) -> list[str]:
    """Why numbers that may be meant as classes are none."""
    if len(found) <= MOST_CLASSES:
        return [
            said(
                "The target {name} is predicted as a number, and not as one of {n} classes: "
                "{value} has {rows}, and a class needs at least {fewest}.",
                name=name,
                n=len(found),
                value=f"{found[counts.argmin()]:.15g}",
                rows=rows_of(int(counts.min())),
                fewest=fewest,
            )
        ]
    if len(found) <= SOME and (found == np.round(found)).all():
        return [
            said(
                "The target {name} is predicted as a number, and not as one of {n} classes: "
                "{most} are the most.",
                name=name,
                n=len(found),
                most=MOST_CLASSES,
            )
        ]
    return []


def _some(items: Sequence[str], most: int = 5) -> str:
    some = ", ".join(items[:most])
    if len(items) <= most:
        return some
    return said("{some} and {n} more", some=some, n=len(items) - most)
