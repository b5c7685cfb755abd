"""Are curves, softmax, one neuron and the deep linear network what their formulas say?"""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.config import sentences
from engine.nn.activations import ACTIVATIONS
from engine.topics.activations.cost import costs
from engine.topics.activations.deep_linear import DeepLinearConfig, deep_linear
from engine.topics.activations.gallery import GalleryConfig, curves, facts
from engine.topics.activations.neuron import NeuronConfig, neuron
from engine.topics.activations.softmax import SoftmaxConfig, softmax

ALL = tuple(ACTIVATIONS)


def test_every_curve_has_the_derivative_of_its_formula():
    drawn = curves(GalleryConfig(shown=ALL))
    assert drawn.ids == ALL and drawn.value.shape == (len(ALL), len(drawn.x))
    # The slope of PReLU is a float32 parameter of its module.
    limit = [1e-7 if id == "prelu" else 1e-9 for id in drawn.ids]
    assert (drawn.difference < limit).all()


def test_curves_come_in_the_familys_order_whatever_was_clicked_first():
    assert (
        curves(GalleryConfig(shown=("tanh", "logistic"))).ids
        == curves(GalleryConfig(shown=("logistic", "tanh"))).ids
    )


def test_the_bias_shifts_a_curve_to_the_left():
    smooth = tuple(id for id in ALL if id != "step")  # rounding decides on which side of its jump
    still, moved = (curves(GalleryConfig(shown=smooth, bias=b)) for b in (0.0, 1.0))
    step = round(1 / (still.x[1] - still.x[0]))
    np.testing.assert_allclose(moved.value[:, :-step], still.value[:, step:], atol=1e-9)


def test_shared_knobs_reach_the_functions_that_have_them():
    at = {
        id: y[0]
        for config in [GalleryConfig(shown=("leaky_relu", "prelu", "elu"), slope=0.5, alpha=2)]
        for id, y in zip(curves(config).ids, curves(config).value, strict=True)
    }
    assert at["leaky_relu"] == at["prelu"] == -2.5
    assert at["elu"] == pytest.approx(2 * (math.exp(-5) - 1))


def test_the_table_has_a_row_for_each():
    assert [row.id for row in facts()] == list(ACTIVATIONS)
    assert [row.id for row in facts(GalleryConfig(shown=("relu",)).members())] == ["relu"]


def test_the_gain_of_the_table_is_that_of_the_function_that_is_drawn():
    for slope in (0.01, 0.1, 0.5):
        (row,) = facts(GalleryConfig(shown=("leaky_relu",), slope=slope).members())
        assert row.gain == pytest.approx((2 / (1 + slope**2)) ** 0.5, rel=1e-6)


def test_an_unknown_function_is_refused_with_a_sentence():
    with pytest.raises(ValidationError) as caught:
        GalleryConfig(shown=("gleu",))
    assert "Did you mean 'gelu'?" in sentences(caught.value)[0]


def test_costs_are_relative_to_relu_and_measured_once():
    found = costs(torch.device("cpu"))
    assert set(found) == set(ACTIVATIONS)
    assert found["relu"].relative == 1
    assert all(cost.microseconds > 0 for cost in found.values())
    assert costs(torch.device("cpu")) is found


@pytest.mark.parametrize("temperature", [0.05, 1.0, 20.0])
def test_softmax_has_the_jacobian_of_its_formula(temperature):
    found = softmax(SoftmaxConfig(logits=(2, -1, 0.5), temperature=temperature))
    assert found.difference < 1e-12
    assert found.probabilities.sum() == pytest.approx(1)
    np.testing.assert_allclose(found.jacobian.sum(0), 0, atol=1e-12)  # they sum to 1, always
    powers = np.exp(np.array([2, -1, 0.5]) / temperature)
    np.testing.assert_allclose(found.probabilities, powers / powers.sum(), rtol=1e-9)


def test_entropy_goes_from_zero_to_that_of_equal_chances():
    cold, hot = (softmax(SoftmaxConfig(temperature=t)) for t in (0.05, 20))
    assert cold.entropy < 1e-6 < hot.entropy < hot.most == math.log(4)
    assert softmax(SoftmaxConfig(logits=(1, 1, 1))).entropy == pytest.approx(math.log(3))


def test_softmax_of_one_logit_is_refused():
    with pytest.raises(ValidationError) as caught:
        SoftmaxConfig(logits=(1,))
    assert "at least two" in sentences(caught.value)[0]


@pytest.mark.parametrize("activation", ALL)
def test_a_neurons_gradients_are_finite_differences(activation):
    config = NeuronConfig(activation=activation)
    found = neuron(config)
    assert found.difference < (1e-7 if activation == "prelu" else 1e-12)
    h = 1e-6
    for name in ("inputs", "weights"):
        for i in range(3):
            ends = []
            for sign in (1, -1):
                values = list(getattr(config, name))
                values[i] += sign * h
                ends.append(neuron(config.with_(name, tuple(values))).output)
            assert getattr(found, name)[i] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-6)
    ends = [neuron(config.with_("bias", config.bias + sign * h)).output for sign in (1, -1)]
    assert found.bias == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-6)


def test_a_neuron_sums_by_hand():
    found = neuron(NeuronConfig(inputs=(-1, 2), weights=(3, -2), bias=1, activation="relu"))
    assert found.products.tolist() == [-3, -4]
    assert (found.sum, found.output, found.slope, found.bias) == (-6, 0, 0, 0)


def test_a_neuron_needs_a_weight_for_each_input():
    with pytest.raises(ValidationError) as caught:
        NeuronConfig(inputs=(1,), weights=(1, 2))
    assert "1 inputs and 2 weights" in sentences(caught.value)[0]


@pytest.mark.parametrize("depth", [1, 2, 10, 50])
def test_a_deep_linear_network_is_one_matrix(depth):
    found = deep_linear(DeepLinearConfig(depth=depth, width=32, narrowest=32))
    assert found.rounding < 40 * depth  # each layer rounds a sum of 32 products
    assert found.unexplained < 1e-20
    np.testing.assert_allclose(
        found.singular, np.linalg.svd(found.product, compute_uv=False), atol=1e-12
    )


def test_the_narrowest_layer_bounds_the_rank():
    found = deep_linear(DeepLinearConfig(depth=4, width=24, narrowest=3))
    assert found.rank == found.most == 3
    assert found.singular[3:].max() < 1e-12 * found.singular[0]
    assert deep_linear(DeepLinearConfig(depth=4, width=24, narrowest=24)).rank == 12


def test_a_stack_that_passes_nothing_on_is_constant_and_not_far_from_affine():
    """Rounding divided by rounding is no share: once 1108 % of the variance was out of reach."""
    relu = ACTIVATIONS["relu"]()
    found = deep_linear(DeepLinearConfig(activation=relu, narrowest=1))
    assert found.constant and found.unexplained == 0
    for narrowest in (1, 2, 16):
        for seed in range(12):
            one = deep_linear(DeepLinearConfig(activation=relu, narrowest=narrowest, seed=seed))
            assert one.constant == (np.ptp(one.stack, 0).max() < 1e-12)
            assert 0 <= one.unexplained <= 1


@pytest.mark.parametrize("activation", ["relu", "tanh", "absolute"])
def test_no_matrix_replaces_a_network_with_an_activation(activation):
    found = deep_linear(DeepLinearConfig(activation=activation))
    assert found.unexplained > 0.02
    assert found.rounding > 1e10
