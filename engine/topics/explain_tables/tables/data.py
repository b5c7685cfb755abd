"""What is a table, to a model and to its explanation? Rows in their own units.

A column of categories is one feature, whatever a model makes of it inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data import Data, Dataset, split
from engine.device import generator

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
MOST_TRAINED = 5000  # rows; more would make a model wait longer than they make it better
YES = {"1", "1.0", "yes", "y", "true", "positive"}  # what a file may call the class looked for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """A data set whose columns have names, units and meanings."""

    label: str
    x: Floats  # (N, F) raw units; a category is its number 0, 1, …
    y: Floats  # (N,) number of the class, or the target of a regression in its unit
    features: tuple[str, ...]
    classes: tuple[str, ...]  # names in order; empty: a regression
    target: str
    train: Rows  # disjoint row numbers, together all rows but those beyond `MOST_TRAINED`
    validation: Rows
    test: Rows
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # names of categories
    said: tuple[str, ...] = ()  # what was done to the data, a sentence each
    filled: NDArray[np.bool_] | None = None  # (N, F) numbers that nobody measured

    def measured(self, row: int, feature: int) -> bool:
        """Whether the value stood in the table, and was not put there for one that was missing."""
        return self.filled is None or not bool(self.filled[row, feature])

    @property
    def held_out(self) -> Rows:
        """The rows that no model has seen, test part first."""
        return np.concatenate([self.test, self.validation])

    @property
    def categorical(self) -> tuple[bool, ...]:
        return tuple(name in self.codes for name in self.features)

    @property
    def positive(self) -> int:
        """The class that is looked for: of two the one that says yes, else the rarer; the first of
        more."""
        if len(self.classes) != 2:
            return 0
        said = [name.rsplit(" = ", 1)[-1].strip().lower() in YES for name in self.classes]
        if any(said) and not all(said):
            return said.index(True)
        return int(np.bincount(self.y.astype(np.int64), minlength=2).argmin())

    def word(self, feature: int, value: float) -> str:
        """A value of a column as a person reads it: the category's name, or four digits."""
        names = self.codes.get(self.features[feature])
        if names is None:
            return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
        return names[int(np.clip(round(value), 0, len(names) - 1))]

    def without(self, left_out: tuple[int, ...]) -> "Table":
        """The table with some columns taken away, by number; the others keep their order."""
        kept = [i for i in range(len(self.features)) if i not in left_out]
        return replace(
            self,
            x=self.x[:, kept],
            features=tuple(self.features[i] for i in kept),
            filled=None if self.filled is None else self.filled[:, kept],
        )


def table_of(dataset: Dataset, seed: int) -> Table:
    """One of the shipped data sets.

    Args:
        dataset: of the kind "table".
        seed: of the data, where they are drawn, and of the split.
    """
    return table_from(dataset.load(seed), seed, dataset.about.label)


def table_from(data: Data, seed: int, label: str, said: tuple[str, ...] = ()) -> Table:
    """The columns of `data` with a split drawn from the seed: 70, 15 and 15 % of the rows.

    Raises:
        DataError: there are fewer than 10 rows.
    """
    parts = split(data, seed)
    y = data.y if data.classes else data.y[:, 0]
    return Table(
        label=label,
        x=data.x.double().numpy(),
        y=y.double().numpy(),
        features=data.features,
        classes=data.classes,
        target=data.target or "class",
        train=parts.train[:MOST_TRAINED].numpy(),
        validation=parts.validation.numpy(),
        test=parts.test.numpy(),
        codes={name: data.codes[name] for name in data.features if name in data.codes},
        said=said,
        filled=None if data.filled is None else data.filled.numpy(),
    )


def spread(x: Floats) -> Floats:
    """Standard deviation along the first axis, in whatever unit; 1 of what is constant."""
    reach = np.asarray(x.max(0) - x.min(0))
    power = np.frexp(reach)[1]  # a power of two changes no digit, and squares stay in range
    return np.where(reach > 0, np.ldexp(np.ldexp(x, -power).std(0), power), 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """How a model gets rows: numbers scaled by the training part, categories one-hot.

    A category of two values is one column of 0 and 1.
    """

    mean: Floats  # (F,) 0 of a category
    scale: Floats  # (F,) 1 of a category and of a constant column
    groups: tuple[tuple[int, ...], ...]  # the columns of each feature, in order

    @classmethod
    def of(cls, table: Table) -> "Encoding":
        seen = table.x[table.train]
        plain = ~np.array(table.categorical, bool)
        groups, first = [], 0
        for name in table.features:
            values = len(table.codes.get(name, ()))
            width = values if values > 2 else 1
            groups.append(tuple(range(first, first + width)))
            first += width
        return cls(
            mean=np.where(plain, np.where(seen.max(0) > seen.min(0), seen.mean(0), seen[0]), 0.0),
            scale=np.where(plain, spread(seen), 1.0),
            groups=tuple(groups),
        )

    @property
    def width(self) -> int:
        """Columns D that a model gets."""
        return sum(map(len, self.groups))

    def __call__(self, rows: Floats) -> Floats:
        """Raw rows (n, F) to (n, D) float64."""
        rows = (np.asarray(rows, np.float64) - self.mean) / self.scale
        if self.width == rows.shape[1]:
            return rows
        out = np.zeros((len(rows), self.width))
        for feature, columns in enumerate(self.groups):
            if len(columns) == 1:
                out[:, columns[0]] = rows[:, feature]
            else:  # a value between two categories, or beyond them, is none of them
                out[:, columns] = rows[:, feature, None] == np.arange(len(columns))
        return out


def background(table: Table, size: int, seed: int, choice: str = "random") -> Floats:
    """Rows that stand for "this feature is not known", (B, F).

    Args:
        table: its training part is drawn from.
        size: B, at most the rows that there are.
        seed: of the drawing.
        choice: "random" rows; "middle": one row of medians and commonest categories; or "class:k":
            random rows of one class.
    """
    seen = table.train
    if choice == "middle":
        return middle(table)[None]
    if choice.startswith("class:") and table.classes:
        wanted = min(int(choice.removeprefix("class:")), len(table.classes) - 1)
        seen = seen[table.y[seen] == wanted]
    order = torch.randperm(len(seen), generator=generator(seed, "background", choice)).numpy()
    return table.x[seen[order[:size]]]


def middle(table: Table) -> Floats:
    """A typical row (F,): the median of a number, the commonest category."""
    seen = table.x[table.train]
    row = np.median(seen, axis=0)
    for feature, categorical in enumerate(table.categorical):
        if categorical:
            row[feature] = np.bincount(seen[:, feature].astype(np.int64)).argmax()
    return row
