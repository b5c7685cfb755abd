"""Does the arithmetic over layers agree with what gradients show?"""

import math

import pytest
import torch
from torch import nn

from engine.autoregressive.receptive_field import effective, measure, table
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.layers import Layers

NETWORKS = [
    MODELS["cnn"](channels=(6, 8), pooling="average"),
    MODELS["cnn"](channels=(6, 8), pooling="max", kernel=5),
    MODELS["resnet"](channels=(6, 8), blocks=2),
    MODELS["mlp"](),
]


def test_a_chain_by_hand():
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 3, stride=2), nn.MaxPool2d(2),
        nn.Conv2d(2, 2, 3, dilation=2), nn.Flatten(), nn.Linear(2, 1),
    )  # fmt: skip
    rows = [(row.size, row.jump, row.start) for row in table(model)]
    assert rows[:4] == [(3, 1, 0.0), (5, 2, 1.0), (7, 4, 2.0), (23, 4, 10.0)]
    assert [size for size, *_ in rows[4:]] == [23, None]


@pytest.mark.parametrize("part", NETWORKS, ids=lambda part: f"{part.id}-{part.key}")
def test_the_gradient_fills_the_theoretical_field_and_no_more(part):
    layers = Layers(activation=ACTIVATIONS["tanh"](), normalisation="batch")
    model = part.build((2, 20, 20), 3, layers, seed=0)
    rows = table(model)
    assert len({row.layer for row in rows}) == len(rows)
    for row in rows:
        unit = None if row.size is None else (3, 2)
        found = measure(model, row.layer, (2, 20, 20), unit, pictures=48) > 0
        if row.size is None:
            assert found.all(), row
            continue
        if row.kind == "Flatten":
            continue
        expected = torch.ones(20, 20, dtype=torch.bool)
        for axis, place in enumerate(unit):
            centre = row.start + row.jump * place
            near = (torch.arange(20) - centre).abs() <= (row.size - 1) / 2
            expected &= near[:, None] if axis == 0 else near[None, :]
        assert torch.equal(found, expected), row


def test_normalising_over_the_picture_sees_all_of_it():
    model = MODELS["cnn"]().build((1, 16, 16), 2, Layers(normalisation="layer"), seed=0)
    sizes = {row.layer: row.size for row in table(model)}
    assert sizes["conv1"] == 3 and sizes["norm1"] is None and sizes["conv2"] is None


def test_the_effective_field_is_a_bell_that_grows_like_the_root_of_depth():
    def build(depth):
        torch_layers = [nn.Conv2d(1, 1, 3, padding=1, bias=False) for _ in range(depth)]
        for layer in torch_layers:
            nn.init.constant_(layer.weight, 1 / 9)
        return nn.Sequential(*torch_layers)

    found = {depth: effective(build(depth), f"{depth - 1}", (1, 41, 41)) for depth in (5, 20)}
    for depth, field in found.items():
        # Each uniform 3-cell step has variance 2/3.
        assert field.deviation[0] == pytest.approx(math.sqrt(2 / 3 * depth), rel=1e-3)
        assert field.theoretical == 2 * depth + 1
        assert field.size < field.theoretical and field.weights.max() == 1
    assert found[20].size / found[5].size == pytest.approx(2, abs=0.25)


def test_measuring_leaves_the_network_as_it_was():
    model = MODELS["cnn"]().build((1, 12, 12), 2, Layers(), seed=0).train()
    measure(model, "conv2", (1, 12, 12), pictures=2)
    assert model.training and all(p.grad is None for p in model.parameters())
    assert not model.conv2._forward_hooks
