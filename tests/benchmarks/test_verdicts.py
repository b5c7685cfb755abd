"""How often is one of several equals said to beat another, and how often is a difference found?

2,000 races each, drawn from one pool of real trainings (`tests/equals.py`), every contestant at the
best of three learning rates. In 1 of 20 races between equals a sentence may be wrong by design.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
import pytest

from tests import equals

pytestmark = pytest.mark.bench
RACES = 2000
MOST = 0.06


def interval(share: float, n: int = RACES) -> tuple[float, float]:
    """Of a share, 95 %. Source: Wilson 1927."""
    z = 1.96
    middle = (share + z * z / 2 / n) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / 4 / n / n) / (1 + z * z / n)
    return middle - half, middle + half


def table(title: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    print(f"\n\n{title}\n\n| {' | '.join(names)} |\n{'|---' * len(names)}|")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")


def share_wrong(contestants: int, seeds: int, noise: float = 1.0) -> float:
    draw = np.random.default_rng(7)
    races = (equals.drawn(draw, contestants, seeds, noise) for _ in range(RACES))
    return sum(equals.wrong(equals.judged(race)) for race in races) / RACES


def share_found(lead: float, contestants: int, seeds: int) -> float:
    draw = np.random.default_rng(8)
    races = (equals.drawn(draw, contestants, seeds, lead=lead) for _ in range(RACES))
    return sum(equals.beaten(equals.judged(race), 0, 1) for race in races) / RACES


@pytest.mark.parametrize("seeds", [4, 8])
def test_equals_are_rarely_said_to_differ(seeds):
    rows = []
    for contestants in (2, 4, 8, 12):
        share = share_wrong(contestants, seeds)
        low, high = interval(share)
        uneven = share_wrong(contestants, seeds, noise=0.25)
        rows.append((contestants, f"{share:.1%}", f"{low:.1%} to {high:.1%}", f"{uneven:.1%}"))
        assert high < MOST
    table(
        f"Equals that are said to differ, {seeds} seeds",
        ("contestants", "wrong", "95 % interval", "two noisier"),
        rows,
    )


@pytest.mark.parametrize("contestants", [2, 4])
def test_differences_are_found(contestants):
    rows, last = [], 0.0
    for seeds in (4, 8, 16):
        found = {lead: share_found(lead, contestants, seeds) for lead in (1.2, 1.5, 2, 3, 5)}
        rows.append((seeds, *(f"{share:.1%}" for share in found.values())))
        assert list(found.values()) == sorted(found.values()) and found[5] > last
        last = found[5]
    table(
        f"Differences found, {contestants} contestants",
        ("seeds", "1.2 times", "1.5 times", "2 times", "3 times", "5 times"),
        rows,
    )
