"""A measured number can be read however large it became."""

import math

import pytest

from dashboard.core.numbers import fixed, rough


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456, "0.1235"),
        (-3.0, "-3.0000"),
        (999_999.0, "999999.0000"),
        (1.23456e17, "1.235e+17"),
        (-4e38, "-4.000e+38"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_a_number_is_as_short_as_it_can_be_read(value, text):
    assert fixed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (2.22e-16, "2.2e-16"), (11.0, "11"), (0.05, "0.05"), (4e7, "4.0e+07")],
)
def test_a_difference_is_told_in_two_digits_and_none_as_none(value, text):
    assert rough(value) == text
