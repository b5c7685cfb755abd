"""What looks too good to be true in a brought table, and what is no measurement, is said."""

import numpy as np
import pytest

from engine.topics.explain_tables.tables.sheet import read_sheet
from engine.topics.explain_tables.tables.upload import data_of

DRAW = np.random.default_rng(0)
ROWS = 120
Y = DRAW.integers(0, 2, ROWS)
NUMBER = DRAW.normal(size=ROWS).round(4)
DAYS = [20_230_000 + 100 * m + d for m, d in zip(DRAW.integers(1, 13, ROWS),
        DRAW.integers(1, 29, ROWS), strict=True)]  # fmt: skip


def said_of(cells: list[object], target: list[object]) -> str:
    """Of a file with a column `it` beside one of noise, and a target."""
    noise = DRAW.normal(size=ROWS).round(3)
    body = [f"{a},{b},{c}" for a, b, c in zip(cells, noise, target, strict=True)]
    _, said = data_of(read_sheet("\n".join(["it,noise,y", *body]).encode()), -1)
    found = [sentence for sentence in said if "Column it" in sentence or "noise" in sentence]
    assert not any("noise" in sentence for sentence in found), found
    return " ".join(found)


@pytest.mark.parametrize(
    ("cells", "target", "says"),
    [
        ((Y * 2 + DRAW.random(ROWS)).round(4), Y, "tells the classes apart in 100.0%"),
        (["yes" if y else "no" for y in Y], Y, "tells the classes apart in 100.0%"),
        (3 * NUMBER + 1, NUMBER, "orders the rows as the target does (rank correlation 1.000)"),
        (-NUMBER, NUMBER, "rank correlation 1.000"),
        (np.arange(ROWS), Y, "counts the rows"),
        (DRAW.permutation(90_000)[:ROWS], Y, "another whole number in every row"),
        (DAYS, Y, "dates written as one number"),
        (1_700_000_000 + DRAW.integers(0, 10**6, ROWS), Y, "dates written as one number"),
    ],
    ids=["copy", "words", "line", "falling", "index", "id", "date", "seconds"],
)
def test_what_is_suspicious_is_said(cells: list[object], target: list[object], says: str):
    assert says in said_of(cells, target)


@pytest.mark.parametrize(
    "cells",
    [
        (Y + DRAW.normal(size=ROWS)).round(3),
        DRAW.integers(18, 80, ROWS),
        DRAW.integers(0, 5, ROWS),
        DRAW.normal(size=ROWS).round(2),
        [f"{w}" for w in DRAW.choice(list("abc"), ROWS)],
    ],
    ids=["helps", "ages", "few", "numbers", "words"],
)
def test_an_ordinary_column_is_left_in_peace(cells: list[object]):
    assert said_of(cells, Y) == ""


def test_of_three_classes_each_must_be_told_apart():
    """One class that stands out alone is no leak of the target."""
    y = DRAW.integers(0, 3, ROWS)
    one = np.where(y == 0, 10, 0) + DRAW.random(ROWS).round(3)
    assert "tells" not in said_of(one, y)
    words = [f"w{k}" for k in y]
    assert "tells the classes apart" in said_of(words, y)
