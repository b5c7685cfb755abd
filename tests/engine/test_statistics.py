"""A verdict is right about equals, finds what is there, and allows for choosing by looking."""

import numpy as np
import pytest
from scipy import stats

from engine.statistics import compare, dead_as_worst, interval, largest_of_equals, solved, typical
from tests import equals

INF = np.inf


def test_a_pair_alone_is_students_paired_test_of_the_logarithms():
    draw = np.random.default_rng(0)
    a, b = np.exp(draw.normal(size=(2, 9)))
    verdict = compare([a, b], ratio=True).verdict(0, 1)
    right = stats.ttest_rel(np.log(a), np.log(b))
    low, high = right.confidence_interval(0.95)
    assert verdict.p == pytest.approx(right.pvalue, abs=1e-3)
    np.testing.assert_allclose([verdict.low, verdict.high], [low, high], rtol=1e-3)
    assert verdict.times[0] == pytest.approx(np.prod(a / b) ** (1 / 9))


def test_equal_variances_of_many_pairs_give_the_largest_of_equals():
    """Of normal equals the intervals of all pairs hold together in 95 % of comparisons."""
    draw = np.random.default_rng(1)
    missed = 0
    for _ in range(600):
        found = compare(draw.normal(size=(5, 4)), ratio=False)
        missed += any(found.verdict(i, j).real for i in range(5) for j in range(i))
    assert 0.03 < missed / 600 < 0.075
    assert 3.2 < np.quantile(largest_of_equals(5, 4), 0.95) < 4.2


def test_ratios_find_what_differences_of_decades_hide():
    """Eight seeds in which one is fifteen times worse, one of them stuck: certain, not noise."""
    good = np.array([0.004, 0.005, 0.006, 0.003, 0.004, 0.005, 0.007, 0.004])
    bad = good * [15, 14, 16, 13, 15, 17, 14, 120]
    assert compare([bad, good], ratio=True).verdict(0, 1).real
    assert not compare([bad, good], ratio=False).verdict(0, 1).real


def test_order_and_difference_are_of_one_measure():
    draw = np.random.default_rng(2)
    for _ in range(200):
        found = compare(np.exp(2 * draw.standard_t(2, (4, 4))), ratio=True)
        assert all(verdict.difference >= 0 for _, _, verdict in found.against_best())
        scores = compare(draw.random((3, 4)), ratio=False, lower=False)
        assert all(verdict.difference >= 0 for _, _, verdict in scores.against_best())


def test_a_seed_that_died_is_the_worst_everywhere():
    died = [0.1, 0.2, 0.3, INF]
    assert dead_as_worst([died, [0.1, 0.2, 0.3, 0.7]])[0].tolist() == [0.1, 0.2, 0.3, 0.7]
    assert dead_as_worst(died, worst=2.0)[3] == 2
    assert dead_as_worst([0.5, np.nan, 0.9], lower=False)[1] == 0.5
    whole = compare([died, [0.1, 0.2, 0.3, 0.4]], ratio=True, worst=0.7)
    assert whole.order == [1, 0] and whole.seeds == 4
    assert dead_as_worst([[INF, INF]]).tolist() == [[0, 0]]


def test_what_was_chosen_among_more_needs_more():
    values = np.exp(np.random.default_rng(3).normal(size=(4, 6)))
    verdicts = [compare(values, ratio=True, tried=tried).verdict(0, 1) for tried in (1, 3, 8)]
    widths = [verdict.high - verdict.low for verdict in verdicts]
    assert widths == sorted(set(widths))


def test_one_seed_and_equal_values_decide_nothing():
    assert not compare([[1.0], [2.0]], ratio=True).verdict(0, 1).real
    same = compare([[0.5, 0.25], [0.5, 0.25]], ratio=True).verdict(0, 1)
    assert (same.difference, same.p, same.real) == (0, 1, False)


def test_a_loss_below_zero_is_compared_by_differences():
    found = compare([[-1.0, 0.2], [0.1, 0.3]], ratio=True)
    assert not found.ratio and found.verdict(0, 1).difference == pytest.approx(-0.6)
    assert typical([1.0, 100.0], ratio=True) == pytest.approx(10)
    assert typical([-1.0, 3.0], ratio=True) == 1


def test_equals_are_rarely_said_to_differ():
    """A small version of `tests/benchmarks/test_verdicts.py`; uncorrected, a third differ."""
    draw = np.random.default_rng(4)
    races = [equals.drawn(draw, 8, 4) for _ in range(400)]
    assert sum(equals.wrong(equals.judged(race)) for race in races) / 400 < 0.06
    alone = 0
    for race in races:
        best, *others = (values := equals.judged(race).values)[np.argsort(values.mean(1))]
        alone += any(stats.ttest_rel(other, best).pvalue < 0.05 for other in others)
    assert alone / 400 > 0.2


def test_large_differences_are_found():
    draw = np.random.default_rng(5)
    races = [equals.drawn(draw, 4, 8, lead=5) for _ in range(200)]
    assert sum(equals.beaten(equals.judged(race), 0, 1) for race in races) / 200 > 0.5


def test_solved_counts_the_seeds_that_reach_a_threshold():
    assert solved([0.95, 0.949, np.nan, 1.0], 0.95) == 2


def test_an_interval_leaves_out_what_is_not_finite():
    mean, half = interval(np.array([1.0, 2.0, 3.0, np.nan]))
    assert mean == 2 and half == pytest.approx(stats.t.ppf(0.975, 2) / np.sqrt(3))
