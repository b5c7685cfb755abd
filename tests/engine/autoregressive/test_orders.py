"""What does "previous" mean in each order, and what does each way to write p(x) cost?"""

import math

import numpy as np
import pytest

from engine.autoregressive import parameters
from engine.autoregressive.orders import ORDERS, previous, ranks


@pytest.mark.parametrize("name", list(ORDERS))
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 5), (4, 3), (5, 8)])
def test_every_order_visits_each_pixel_once_and_always_the_same_way(name, height, width):
    pixels = ORDERS[name]().pixels(height, width)
    assert sorted(pixels.tolist()) == list(range(height * width))
    assert (pixels == ORDERS[name]().pixels(height, width)).all()


def test_orders_by_hand():
    by_hand = {
        "raster": [0, 1, 2, 3, 4, 5], "reverse": [5, 4, 3, 2, 1, 0], "column": [0, 3, 1, 4, 2, 5],
        "snake": [0, 1, 2, 5, 4, 3], "diagonal": [0, 1, 3, 2, 4, 5],
    }  # fmt: skip
    assert {k: ORDERS[k]().pixels(2, 3).tolist() for k in by_hand} == by_hand


def test_the_previous_pixels_are_the_left_ones_in_raster_order_and_not_the_one_above():
    raster = ORDERS["raster"]().pixels(28, 28)
    target = 14 * 28 + 20
    assert previous(raster, target, 10).tolist() == [target - i for i in range(1, 11)]
    assert target - 28 not in previous(raster, target, 27)
    assert target - 28 in previous(raster, target, 28)
    assert previous(raster, 0, 10).tolist() == []
    assert previous(ORDERS["column"]().pixels(28, 28), target, 1).tolist() == [target - 28]


def test_ranks_go_channel_by_channel_in_each_pixel():
    when = ranks(3, 2, 2, (2, 0, 1))
    assert when[:, 0, 0].tolist() == [1, 2, 0] and when[:, 0, 1].tolist() == [4, 5, 3]
    assert sorted(when.ravel().tolist()) == list(range(12))
    assert ranks(1, 2, 2, pixels=np.array([3, 2, 1, 0]))[0].tolist() == [[3, 2], [1, 0]]


def test_counts_by_enumeration():
    for n in (1, 2, 4, 6):
        for levels in (2, 3):
            rows = sum(levels ** (i - 1) * (levels - 1) for i in range(1, n + 1))
            assert parameters.exact(parameters.full_table(n, levels)) == levels**n - 1 == rows
            assert parameters.chain_rule(n, levels) == parameters.full_table(n, levels)
            for k in range(n + 1):
                rows = sum(levels ** min(i, k) * (levels - 1) for i in range(n))
                assert parameters.markov_exact(n, levels, k) == rows
    assert parameters.exact(parameters.markov(784, 2, 10)) == 2**10 * 784
    assert parameters.exact(parameters.markov_of_the_lecture(784, 2, 10)) == 2**10 * 2 * 784
    assert parameters.logistic(784) == 307_720
    assert parameters.latent(784, 2, 10) == 9 + 7840


def test_counts_do_not_overflow():
    for count in parameters.ladder(10**6, 256, k=1000):
        assert math.isfinite(count.log10), count.id
    assert parameters.full_table(784, 2) == pytest.approx(236.0, abs=0.01)
    assert parameters.exact(parameters.full_table(784, 2)) is None
