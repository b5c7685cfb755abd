"""Every model, old or new, keeps the same promises."""

import pytest
import torch
from torch import nn

from engine.data import DATASETS
from engine.models import MODELS
from engine.nn.layers import Layers, weights_by_layer
from engine.nn.taps import activations_of, outputs_of

SHAPES = {"points": (2,), "curve": (1,), "table": (9,), "image": (3, 16, 16)}
CASES = [(id, kind) for id, model in MODELS.items() for kind in model.kinds]


def build(id, kind, seed=0, **layers):
    return MODELS[id]().build(SHAPES[kind], 4, Layers(**layers), seed)


@pytest.mark.parametrize("id, kind", CASES)
@pytest.mark.parametrize("normalisation", ["none", "batch", "layer"])
def test_outputs_have_one_row_an_example(id, kind, normalisation):
    model = build(id, kind, normalisation=normalisation, dropout=0.2)
    outputs = model(torch.randn(5, *SHAPES[kind]))
    assert outputs.shape == (5, 1 if MODELS[id].density else 4)
    assert outputs.isfinite().all()


@pytest.mark.parametrize("id, kind", CASES)
def test_the_seed_alone_draws_the_weights(id, kind):
    torch.rand(3)  # moves torch's own generator, which must not matter
    first, second, other = build(id, kind, 1), build(id, kind, 1), build(id, kind, 2)
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert not all(map(torch.equal, first.parameters(), other.parameters()))


@pytest.mark.parametrize("id, kind", CASES)
def test_no_module_is_used_twice(id, kind):
    """Attribution by module hooks is silently wrong where one activation serves two layers."""
    model, calls = build(id, kind), {}
    for module in model.modules():
        if not any(module.children()):
            module.register_forward_hook(lambda m, *_: calls.update({m: calls.get(m, 0) + 1}))
    model(torch.randn(2, *SHAPES[kind]))
    assert all(count == 1 for count in calls.values())


def test_a_layer_of_equal_name_and_shape_starts_equal_in_a_deeper_network():
    shallow = MODELS["mlp"](hidden=(8,)).build((2,), 2, Layers(), 0)
    deep = MODELS["mlp"](hidden=(8, 8, 8)).build((2,), 2, Layers(), 0)
    assert torch.equal(shallow.dense1.weight, deep.dense1.weight)


def test_biases_start_at_zero():
    model = build("cnn", "image")
    assert all(p.eq(0).all() for name, p in model.named_parameters() if name.endswith("bias"))


def test_parameters_of_the_reference_networks():
    """Book sizes: 784-128-10 has 101,770; a 3x3 convolution of 3 to 32 channels has 896."""
    mlp = MODELS["mlp"](hidden=(128,)).build((1, 28, 28), 10, Layers(), 0)
    assert sum(p.numel() for p in mlp.parameters()) == 101_770
    cnn = MODELS["cnn"](channels=(32,)).build((3, 32, 32), 10, Layers(), 0)
    assert sum(p.numel() for p in cnn.conv1.parameters()) == 896


def test_a_residual_block_adds_what_it_was_given():
    model = MODELS["resnet"](channels=(4,)).build((1, 8, 8), 2, Layers(activation="linear"), 0)
    block = model.block1_1
    nn.init.zeros_(block.body.conv2.weight)
    x = torch.randn(2, 4, 8, 8)
    torch.testing.assert_close(block(x), x)


def test_a_tiny_image_is_not_pooled_away():
    model = MODELS["cnn"](channels=(4, 4, 4, 4)).build((1, 4, 4), 3, Layers(), 0)
    assert model(torch.randn(2, 1, 4, 4)).shape == (2, 3)


def test_a_mixture_of_one_component_is_a_gaussian():
    model = MODELS["mixture"](components=1).build((2,), 1, Layers(), 0)
    mean = model.means.detach()[0]
    precision = (model.log_diagonal.detach()[0].exp()) ** 2
    reference = torch.distributions.MultivariateNormal(mean, precision_matrix=precision.diag())
    x = torch.randn(6, 2)
    torch.testing.assert_close(model(x)[:, 0], reference.log_prob(x))


def test_looking_inside_leaves_no_trace():
    model = build("mlp", "points").train()
    found = outputs_of(model, activations_of(model), torch.randn(3, 2))
    assert list(found) == ["act1", "act2"] and found["act1"].shape == (3, 8)
    assert model.training and not any(m._forward_hooks for m in model.modules())
    assert all(p.grad is None for p in model.parameters())


def test_weights_are_listed_in_forward_order():
    assert list(weights_by_layer(build("mlp", "points"))) == ["dense1", "dense2", "dense3"]


def test_every_kind_of_data_has_a_model():
    kinds = {dataset.kind for dataset in DATASETS.values()}
    assert kinds <= {kind for model in MODELS.values() for kind in model.kinds}
