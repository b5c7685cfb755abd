"""Convolution and pooling backwards: by hand, and three ways at every stride, padding, dilation."""

import itertools

import numpy as np
import pytest

from engine.topics.backpropagation.kernels import KernelConfig, backwards, ties

EVERY = [
    (kernel, stride, padding, dilation, size)
    for kernel, stride, padding, dilation, size in itertools.product(
        (1, 2, 3), (1, 2, 3), (0, 1, 2), (1, 2), (4, 7)
    )
    if dilation * (kernel - 1) + 1 <= size
]


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "size"), EVERY)
def test_a_convolution_is_the_same_three_ways(kernel, stride, padding, dilation, size):
    config = KernelConfig(
        kernel=kernel, stride=stride, padding=padding, dilation=dilation, size=size
    )
    found = backwards(config)
    assert found.input.worst() < 1e-10
    assert found.filter.worst() < 1e-10


@pytest.mark.parametrize("op", ["max", "average"])
@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "size"), EVERY)
def test_a_pooling_is_the_same_three_ways_but_at_ties(op, kernel, stride, padding, dilation, size):
    config = KernelConfig(
        op=op, kernel=kernel, stride=stride, padding=padding, dilation=dilation, size=size
    )
    found = backwards(config)
    assert found.input.worst(found.tied) < 1e-10
    assert found.filter is None
    np.testing.assert_array_equal(found.input.formula.round(9), found.input.autograd.round(9))


def test_by_hand_two_by_two():
    """x 2×2, k = (1 2; 3 4) with padding 1, of which one slope arrives: g = 1 at the middle of 3×3.
    The middle output sees all of x, so ∂L/∂x = k and ∂L/∂k = x."""
    config = KernelConfig(size=2, kernel=2, padding=1, weights=(1, 2, 3, 4), pixels=(5, 6, 7, 8))
    g = np.zeros((3, 3))
    g[1, 1] = 1
    found = backwards(config, g)
    assert found.input.formula.tolist() == [[1, 2], [3, 4]]
    assert found.filter.formula.tolist() == [[5, 6], [7, 8]]
    assert found.flipped.tolist() == [[4, 3], [2, 1]]


def test_a_maximum_routes_to_the_first_of_equals_as_torch_does():
    config = KernelConfig(op="max", size=2, kernel=2, pixels=(1, 7, 7, 2))
    found = backwards(config)
    g = config.arriving[0, 0]
    assert found.input.formula.tolist() == [[0, g], [0, 0]]
    assert found.tied.tolist() == [[False, True], [True, False]]
    np.testing.assert_allclose(found.input.numeric, [[0, g / 2], [g / 2, 0]], atol=1e-12)


def test_an_average_spreads_evenly():
    config = KernelConfig(op="average", size=4, kernel=2, stride=2)
    found = backwards(config)
    np.testing.assert_allclose(
        found.input.formula, np.kron(config.arriving, np.full((2, 2), 0.25)), atol=1e-15
    )


def test_at_ties_torchs_functions_disagree():
    found = ties()
    assert found["max_pool1d"] == found["max(dim=0)"] == (1, 0)
    assert found["amax"] == found["maximum"] == (0.5, 0.5)
    assert found["difference"] == pytest.approx((0.5, 0.5))


def test_a_window_that_does_not_fit_is_one_sentence():
    with pytest.raises(ValueError, match="reaches over 7 pixels does not fit into 5"):
        KernelConfig(dilation=3)
    assert KernelConfig(op="average", dilation=3).outputs == 3
    assert KernelConfig(op="max", padding=3).pad == 1
