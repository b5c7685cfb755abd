"""A band is from the lowest to the highest seed, about what verdicts compare."""

import numpy as np
import pytest

from engine.training.seeds import band, worst_of

STEPS = np.array([0, 10, 20])
HISTORY = {
    "validation_loss:0": (STEPS, np.array([0.7, 0.1, 0.01])),
    "validation_loss:1": (STEPS, np.array([0.6, 0.2, 0.04])),
    "validation_loss:2": (STEPS[:2], np.array([0.8, 3.0])),
    "validation_accuracy:0": (STEPS, np.array([0.5, 0.8, 1.0])),
    "validation_accuracy:1": (STEPS, np.array([0.4, 0.6, 0.9])),
    "died:2": (np.array([20]), np.array([20.0])),
}


def test_losses_centre_on_their_geometric_mean_and_the_rest_on_the_mean():
    found = band(HISTORY, "validation_loss", (0, 1))
    np.testing.assert_allclose(found.middle, [(0.7 * 0.6) ** 0.5, 0.02**0.5, 0.02])
    assert (found.low[-1], found.high[-1]) == (0.01, 0.04)
    right = band(HISTORY, "validation_accuracy", (0, 1), lower=False)
    np.testing.assert_allclose(right.middle, [0.45, 0.7, 0.95])


def test_a_dead_run_counts_as_an_untrained_network_and_widens_the_band():
    worst = worst_of(HISTORY, "validation_loss", range(3))
    assert worst == 0.8, "its loss on the way to death is nobody's end"
    found = band(HISTORY, "validation_loss", range(3), worst)
    assert found.died == 1 and found.high[-1] == 0.8
    assert found.middle[-1] == pytest.approx((0.01 * 0.04 * 0.8) ** (1 / 3))
    assert np.isnan(found.finals[2]) and found.alive


def test_what_has_all_died_or_not_begun_draws_nothing():
    dead = band(HISTORY, "validation_loss", (2,), 0.8)
    assert np.isnan(dead.middle[-1]) if len(dead.x) > 2 else dead.x.tolist() == [0, 10]
    empty = band({}, "validation_loss", (0, 1))
    assert not len(empty.x) and not empty.alive and not len(empty.finals)


def test_a_band_is_cut_at_a_moment_and_told_in_another_unit():
    found = band(HISTORY, "validation_loss", (0, 1)).times(0.1)
    assert found.x.tolist() == [0, 1, 2]
    cut = found.until(1.5)
    assert cut.x.tolist() == [0, 1] and cut.finals.tolist() == [0.1, 0.2]
    assert len(cut.middle) == len(cut.low) == len(cut.high) == 2
