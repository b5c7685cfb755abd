"""Which rows are learnt from, which are watched, and which are kept for the end?"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

from engine.data._spec import Data, DataError
from engine.device import generator
from engine.words import said

FEWEST = 10  # rows
WATCHED, KEPT = 0.15, 0.15  # shares of the validation and of the test part


class Split(NamedTuple):
    """Row numbers (n,) int64 of each part: disjoint, and together all rows."""

    train: Tensor  # any first share of these is itself stratified
    validation: Tensor
    test: Tensor


def split(data: Data, seed: int) -> Split:
    """70 % training, 15 % validation, 15 % test, with every class in the same shares where a row
    is of one class.

    Where a test set is published, that is the test part, and the validation part is 15 % of all
    rows, though at most half of the others.

    Args:
        data: at least 10 rows.
        seed: another seed, another split.

    Raises:
        DataError: too few rows.
    """
    total, others = len(data.y), len(data.y) - data.test
    if total < FEWEST or others < 2:
        raise DataError(
            said("A split needs at least {least} examples, not {count}.", least=FEWEST, count=total)
        )
    kept = 0 if data.test else max(1, round(KEPT * total))
    watched = min(max(1, round(WATCHED * total)), others // 2)
    group = data.y[:others] if data.y.ndim == 1 else torch.zeros(others, dtype=torch.int64)
    train, validation, test = divided(group, watched, kept, seed)
    if data.test:
        test = torch.arange(others, total)
    return Split(train, validation, test)


def divided(group: Tensor, watched: int, kept: int, seed: int) -> tuple[Tensor, ...]:
    """Row numbers of training, validation and test part, with all groups in equal shares.

    Args:
        group: (N,) int64 of each row.
        watched: rows of the validation part.
        kept: rows of the test part.
        seed: another seed, another split.
    """
    order = _stratified_order(group, generator(seed, "split"))
    return order.split([len(group) - watched - kept, watched, kept])


def _stratified_order(group: Tensor, draw: Generator) -> Tensor:
    """A random order (N,) of the rows in which every stretch holds the groups in equal shares.

    The i-th row of a group of n, in random order, is put at the place (i + 1/2) / n of the whole,
    give or take a quarter of a step, so that equal groups do not alternate.
    """
    place = torch.empty(len(group), dtype=torch.float64)
    for value in group.unique():
        rows = (group == value).nonzero().flatten()
        rows = rows[torch.randperm(len(rows), generator=draw)]
        loose = 0.25 + 0.5 * torch.rand(len(rows), generator=draw, dtype=torch.float64)
        place[rows] = (torch.arange(len(rows)) + loose) / len(rows)
    return place.argsort(stable=True)
