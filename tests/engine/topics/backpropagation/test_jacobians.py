"""Jacobians by their formulas against torch, and the work of each order against a counter."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.func import jacfwd, jacrev
from torch.utils.flop_counter import FlopCounterMode

from engine.topics.backpropagation.jacobians import ChainConfig, jacobians
from engine.topics.backpropagation.product_costs import (
    WIDTHS,
    Costs,
    OrderConfig,
    counted,
    modes,
    orders,
)


@given(st.integers(9, 24), st.integers(1, 7), st.integers(2, 16), st.integers(0, 9999))
@settings(max_examples=40, deadline=None)
def test_every_formula_equals_autograd(inputs, kernel, classes, seed):
    found = jacobians(ChainConfig(inputs=inputs, kernel=kernel, classes=classes, seed=seed))
    assert max(one.gap for one in found) < 1e-12
    convolution, relu, pooling, _, softmax, chain = (one.matrix for one in found)
    assert np.count_nonzero(convolution) == kernel * (inputs - kernel + 1)
    for shift in range(kernel):  # one value a diagonal
        assert np.ptp(np.diag(convolution, shift)) == 0
    assert np.array_equal(relu, np.diag(np.diag(relu))) and set(relu.ravel()) <= {0, 1}
    assert (pooling.sum(1) == 1).all()
    assert np.abs(softmax.sum(1)).max() < 1e-12
    assert chain.shape == (classes, inputs)


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # torch's own code
def test_both_modes_of_torch_give_the_same_jacobian_of_softmax():
    """p (1[i = j] − p) of (0, ln 2, ln 3): p = 1/6, 2/6, 3/6."""
    u = torch.tensor([1.0, 2, 3], dtype=torch.float64).log()
    by_hand = torch.tensor([[5, -2, -3], [-2, 8, -6], [-3, -6, 9]]) / 36
    for mode in (jacfwd, jacrev):
        assert torch.allclose(mode(lambda v: v.softmax(0))(u), by_hand.double(), atol=1e-12)


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_multiply_adds_are_what_torch_counts(depth):
    width = 32
    matrices = [torch.randn(width, width) for _ in range(depth)]
    v = torch.randn(1, width)
    found = []
    with FlopCounterMode(display=False) as counter:
        row = v
        for matrix in reversed(matrices):
            row = row @ matrix
        found.append(counter.get_total_flops() // 2)
    with FlopCounterMode(display=False) as counter:
        product = matrices[0]
        for matrix in matrices[1:]:
            product = matrix @ product
        v @ product
        found.append(counter.get_total_flops() // 2)
    assert tuple(found) == counted(depth, width)


def test_both_orders_lead_to_the_same_vector():
    found = orders(OrderConfig(depth=3))
    assert found.gap < 1e-12
    assert list(found.places) == list(WIDTHS)
    assert (found.counted[1] > found.counted[0]).all()


def test_both_modes_lead_to_the_same_jacobian_and_cross_where_outputs_are_inputs():
    found = modes(OrderConfig(hidden=64))
    assert found.gap < 1e-12
    assert found.crossing(seconds=False) == 1
    assert found.counted[0][0] / found.counted[1][0] == 64


def test_a_crossing_lies_between_two_places():
    ones = np.ones(3)
    places, first = np.array([0.25, 1.0, 4.0]), np.array([4.0, 2.0, 0.5])
    found = Costs(places, (first, ones), (ones * 2, ones), 0.0)
    assert found.crossing(seconds=False) == pytest.approx(2.0)
    assert found.crossing(seconds=True) is None
