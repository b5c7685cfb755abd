"""Layer by layer: the slides' equations against autograd, and what is kept against torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.checkpoint import checkpoint_sequential
from torch.utils.flop_counter import FlopCounterMode

from engine.nn.activations import ACTIVATIONS
from engine.topics.backpropagation.gradient_check import KINKED, SMOOTH
from engine.topics.backpropagation.layers import LayersConfig, network, walk
from engine.topics.backpropagation.memory import memory, parts_of

WIDTHS = st.lists(st.integers(1, 9), min_size=2, max_size=5).map(tuple)


@given(WIDTHS, st.sampled_from(SMOOTH + KINKED), st.integers(0, 9999))
@settings(max_examples=60, deadline=None)
def test_every_line_equals_torch(widths, activation, seed):
    found = walk(LayersConfig(widths=widths, activation=activation, seed=seed))
    assert found.worst < 1e-9
    assert all(one.value.shape == one.slope.shape for one in found.quantities)


@given(WIDTHS, st.sampled_from(SMOOTH + KINKED), st.integers(1, 6), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_torch_keeps_as_many_bytes_as_are_counted(widths, activation, segments, batch):
    config = LayersConfig(widths=widths, activation=activation, segments=segments, batch=batch)
    found = memory(config)
    counted = [a + b for a, b in zip(found.inputs, found.own, strict=True)]
    assert counted == found.measured
    assert found.peaks[0] == found.whole == sum(found.measured)
    assert found.peak == found.peaks[config.cuts - 1]
    assert found.gap < 1e-5


def test_by_hand():
    """The slides' equations, written once more for the 2-3-2 network."""
    config = LayersConfig()
    ((w1, b1), (w2, b2), (w3, b3)), x = network(config)
    z1 = torch.tanh(w1 @ x + b1)
    z2 = torch.tanh(w2 @ z1 + b2)
    bend = torch.diag(1 - z2**2)
    found = {one.name: one for one in walk(config).quantities}
    assert found["y"].value.item() == pytest.approx((w3[0] @ z2 + b3).item(), rel=1e-12)
    by_w2 = bend @ w3.T @ z1[None]
    assert np.allclose(found["W₂"].slope, by_w2.numpy(), atol=1e-14)
    assert np.allclose(found["z₁"].slope, (w2.T @ bend @ w3.T).numpy(), atol=1e-14)


def test_checkpoint_of_torch_does_as_much_again():
    """Multiply-adds by torch's own counter, with its own way of computing again."""
    config = LayersConfig(widths=(16,) * 8, segments=4, batch=32)
    layers = []
    for fan_in, out in zip(config.sizes, config.sizes[1:], strict=False):
        phi = (
            ACTIVATIONS["tanh"]().build() if len(layers) + 1 < config.depth else torch.nn.Identity()
        )
        layers.append(torch.nn.Sequential(torch.nn.Linear(fan_in, out), phi))
    model, x = torch.nn.Sequential(*layers), torch.randn(32, 16, requires_grad=True)
    flops = []
    for again in (False, True):
        with FlopCounterMode(display=False) as counter:
            way = checkpoint_sequential(model, 4, x, use_reentrant=False) if again else model(x)
            way.sum().backward()
        flops.append(counter.get_total_flops())
    found = memory(config)
    assert flops[0] == 2 * 3 * found.forward  # each multiply-add counts twice
    assert flops[1] - flops[0] == 2 * found.again


def test_every_layer_is_in_one_segment():
    for depth in range(1, 13):
        for cuts in range(1, depth + 1):
            parts = parts_of(depth, cuts)
            assert [at for part in parts for at in part] == list(range(depth))
            assert all(parts)


def test_the_least_is_held_near_the_root_of_the_depth():
    peaks = memory(LayersConfig(widths=(16,) * 9)).peaks
    assert np.argmin(peaks) + 1 == 3
