"""A difference is as_values as exactly as its interval allows, and called what it is."""

import pytest

from dashboard.core.verdict import as_values, beats
from engine.statistics import Verdict, paired


@pytest.mark.parametrize(
    ("difference", "low", "high", "expected"),
    [
        (0.01234, -0.00561, 0.03029, ("0.012", "−0.006", "0.030")),
        (0.00008175, 0.0000561, 0.000123, ("0.000082", "0.000056", "0.000123")),
        (123.4, 101.2, 145.6, ("123", "101", "146")),
        (0.5, 0.5, 0.5, ("0.5000", "0.5000", "0.5000")),
        (-0.0001, -0.5, 0.5, ("0.0", "−0.5", "0.5")),
    ],
)
def test_numbers_have_the_digits_of_their_interval(difference, low, high, expected):
    found = as_values(Verdict(difference, low, high, 0.5, 5))
    assert (found["gap"], found["low"], found["high"]) == expected


def test_what_is_not_larger_than_the_seed_does_is_no_victory():
    assert "beats" in beats("a", "b", paired([1.0, 1.1, 1.2], [0.1, 0.2, 0.31]))
    assert "not larger" in beats("a", "b", paired([1.0, 0.1, 1.2], [0.9, 0.3, 1.31]))
