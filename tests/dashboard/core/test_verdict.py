"""A difference is told as exactly as its interval allows, and called what it is."""

from math import log

import pytest

from dashboard.core.verdict import as_values, beats, rule, sentences
from engine.statistics import Verdict, compare


@pytest.mark.parametrize(
    ("difference", "low", "high", "expected"),
    [
        (0.01234, -0.00561, 0.03029, ("0.012", "−0.006", "0.030")),
        (0.00008175, 0.0000561, 0.000123, ("0.000082", "0.000056", "0.000123")),
        (123.4, 101.2, 145.6, ("123", "101", "146")),
        (0.5, 0.5, 0.5, ("0.5000", "0.5000", "0.5000")),
        (-0.0001, -0.5, 0.5, ("0.0", "−0.5", "0.5")),
        (0.00675, 0.0003, 0.0132, ("0.007", "0.0003", "0.013")),
        (-0.00675, -0.0132, -0.0003, ("−0.007", "−0.013", "−0.0003")),
    ],
)
def test_numbers_have_the_digits_of_their_interval(difference, low, high, expected):
    found = as_values(Verdict(difference, low, high, 0.5, 5))
    assert (found["gap"], found["low"], found["high"]) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ((2.0, 1.3, 3.1), ("2.0", "1.3", "3.1")),
        ((0.9, 0.32, 15.4), ("0.90", "0.32", "15")),
        ((1.02, 1.004, 1.03), ("1.02", "1.004", "1.03")),
        ((1234.0, 56.0, 1e7), ("1,234", "56", "10^7")),
    ],
)
def test_losses_are_compared_as_ratios(times, expected):
    found = as_values(Verdict(*map(log, times), 0.5, 5, ratio=True))
    assert (found["gap"], found["low"], found["high"]) == expected


def test_what_is_not_larger_than_the_seed_does_is_no_victory():
    far = compare([[1.0, 1.1, 1.2], [0.1, 0.2, 0.31]], ratio=False)
    near = compare([[1.0, 0.1, 1.2], [0.9, 0.3, 1.31]], ratio=False)
    assert "**b** beats **a** by" in sentences(far, ["a", "b"])[0]
    assert "not larger" in sentences(near, ["a", "b"])[0]


def test_a_lower_loss_is_told_as_how_many_times_lower():
    found = compare([[0.2, 0.21, 0.22], [0.1, 0.1, 0.1]], ratio=True)
    assert sentences(found, ["a", "b"])[0].startswith("**b** beats **a**: 2.1 times lower")
    higher = compare([[0.9, 0.91, 0.92], [0.5, 0.51, 0.55]], ratio=False, lower=False)
    assert sentences(higher, ["a", "b"])[0].startswith("**a** beats **b** by 0.39")


def test_equal_runs_are_called_equal_and_one_seed_says_nothing():
    same = compare([[0.5, 0.25], [0.5, 0.25]], ratio=True)
    assert "equal in every seed" in beats("a", "b", same.verdict(0, 1))
    assert sentences(compare([[1.0], [2.0]], ratio=True), ["a", "b"]) == []


def test_what_the_intervals_allow_for_is_said():
    values = [[0.1, 0.2], [0.2, 0.3], [0.3, 0.5]]
    assert "all 3 pairs" in rule(compare(values, ratio=True))
    assert "all 66 pairs of everything that was tried, 4 for each" in rule(
        compare(values, ratio=True, tried=4)
    )
