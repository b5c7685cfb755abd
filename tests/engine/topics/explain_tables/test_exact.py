"""Are the exact values exact? Closed forms, definitions, and the axioms on random networks."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeRegressor
from torch import nn

from engine.device import generator
from engine.topics.explain_tables.shapley import halves, value
from engine.topics.explain_tables.shapley.coalitions import (
    marginals,
    members,
    sizes,
    weights,
    without,
)
from engine.topics.explain_tables.shapley.exact import by_size, interactions, shapley
from engine.topics.explain_tables.shapley.explained import Explained
from engine.topics.explain_tables.shapley.value import gaussian, interventional


def network(features, seed, width=7, dtype=torch.float64):
    draw = generator(seed, "test network")
    model = nn.Sequential(
        nn.Linear(features, width), nn.Tanh(), nn.Linear(width, 5), nn.ReLU(), nn.Linear(5, 1)
    ).to(dtype)
    for parameter in model.parameters():
        nn.init.normal_(parameter, generator=draw)
    return model.requires_grad_(False)


def of_network(module, features, **more):
    def predict(rows):
        return module(torch.as_tensor(rows, dtype=torch.float64)).squeeze(1).numpy()

    names = tuple(f"x{i}" for i in range(features))
    return Explained(predict=predict, features=names, network=module, **more)


def of_function(predict, features):
    return Explained(predict=predict, features=tuple(f"x{i}" for i in range(features)))


def rows(features, seed, count=9):
    draw = np.random.default_rng(seed)
    return draw.normal(size=features), draw.normal(size=(count, features))


def by_definition(v, features):
    """The formula, one coalition at a time."""
    found = np.zeros(features)
    for i in range(features):
        others = [j for j in range(features) if j != i]
        for size in range(features):
            for chosen in combinations(others, size):
                s = sum(1 << j for j in chosen)
                weight = factorial(size) * factorial(features - size - 1) / factorial(features)
                found[i] += weight * (v[s | 1 << i] - v[s])
    return found


def test_coalitions_are_numbered_by_their_bits():
    assert members(3)[0b101].tolist() == [True, False, True]
    assert sizes(3).tolist() == [0, 1, 1, 2, 1, 2, 2, 3]
    assert without(3, 1).tolist() == [0b000, 0b001, 0b100, 0b101]
    v = np.arange(8.0) ** 2
    assert marginals(v, 1).tolist() == [v[s | 2] - v[s] for s in (0, 1, 4, 5)]


@pytest.mark.parametrize("features", [1, 2, 5, 16])
def test_weights_sum_to_one_over_all_coalitions(features):
    others = without(features, 0)
    assert weights(features)[sizes(features)[others]].sum() == pytest.approx(1, abs=1e-12)


def test_shapley_values_are_what_the_formula_says():
    v = np.random.default_rng(0).normal(size=32)
    np.testing.assert_allclose(shapley(v), by_definition(v, 5), atol=1e-14)
    for feature, phi in enumerate(shapley(v)):
        assert by_size(v, feature).mean() == pytest.approx(phi, abs=1e-14)


def test_too_many_features_are_refused_in_a_sentence():
    x, background = rows(17, 0)
    with pytest.raises(ValueError, match="at most 16"):
        interventional(of_network(network(17, 0), 17), x, background)
    with pytest.raises(ValueError, match="All 2"):
        shapley(np.zeros(7))
    with pytest.raises(ValueError, match="at least one background row"):
        interventional(of_function(lambda r: r[:, 0], 2), np.zeros(2), np.zeros((0, 2)))


def test_a_linear_model_gives_weight_times_distance_from_the_mean():
    x, background = rows(6, 1)
    w = np.array([1.0, -2.0, 0.0, 3.0, 0.5, -1.0])
    v = interventional(of_function(lambda r: r @ w + 4, 6), x, background)
    np.testing.assert_allclose(shapley(v), w * (x - background.mean(0)), atol=1e-12)
    assert shapley(v)[2] == 0.0  # a feature that is not read: exactly nothing
    np.testing.assert_allclose(interactions(v), np.diag(shapley(v)), atol=1e-12)


def test_a_product_is_shared_half_and_half():
    # f = x0 x1 with one background row b: φ_0 = (x0 - b0)(x1 + b1)/2, and likewise φ_1.
    x, b = np.array([3.0, 5.0, 1.0]), np.array([[1.0, -2.0, 7.0]])
    v = interventional(of_function(lambda r: r[:, 0] * r[:, 1], 3), x, b)
    np.testing.assert_allclose(shapley(v), [2 * 3 / 2, 7 * 4 / 2, 0], atol=1e-12)
    # What they do only together, (x0 - b0)(x1 - b1), half in each cell beside the diagonal.
    expected = [[2 * -2, 2 * 7 / 2, 0], [2 * 7 / 2, 7 * 1, 0], [0, 0, 0]]
    np.testing.assert_allclose(interactions(v), expected, atol=1e-12)


def test_a_tree_of_two_cuts_is_as_by_hand():
    # 8 where both are above 0, else 0; nothing of it holds in the background.
    tree = DecisionTreeRegressor().fit([[-1, -1], [-1, 1], [1, -1], [1, 1]], [0, 0, 0, 8])
    v = interventional(of_function(tree.predict, 2), np.array([1.0, 1.0]), np.array([[-1.0, -1]]))
    assert v.tolist() == [0, 0, 0, 8]
    assert shapley(v).tolist() == [4, 4]
    half = np.array([[-1.0, -1.0], [1.0, -1.0]])  # half of the background has the first already
    v = interventional(of_function(tree.predict, 2), np.array([1.0, 1.0]), half)
    assert v.tolist() == [0, 0, 4, 8] and shapley(v).tolist() == [2, 6]


@pytest.mark.parametrize(("features", "count", "limit"), [(5, 9, 1e-12), (12, 80, 1e-6)])
def test_sums_of_halves_are_what_the_whole_network_answers(features, count, limit):
    module, (x, background) = network(features, 3), rows(features, 3, count)
    model = of_network(module, features)
    plain = of_function(model.predict, features)
    quick, slow = interventional(model, x, background), interventional(plain, x, background)
    np.testing.assert_allclose(quick, slow, atol=limit * max(1, np.abs(slow).max()))


def test_layers_over_classes_see_one_row_at_a_time():
    chosen = nn.Linear(3, 1, bias=False)
    with torch.no_grad():
        chosen.weight.copy_(torch.tensor([[0.0, 1.0, 0.0]]))
    module = nn.Sequential(network(4, 9)[:3], nn.Linear(5, 3), nn.Softmax(dim=1), chosen)
    model = of_network(module.double().requires_grad_(False), 4)
    x, background = rows(4, 9)
    plain = of_function(model.predict, 4)
    np.testing.assert_allclose(
        interventional(model, x, background), interventional(plain, x, background), atol=1e-9
    )


def test_the_quick_tanh_is_tanh():
    z = torch.linspace(-20, 20, 4001)
    torch.testing.assert_close(halves.QuickTanh()(z), z.double().tanh().float(), atol=3e-7, rtol=0)


def test_chunks_of_any_size_give_the_same(monkeypatch):
    module, (x, background) = network(6, 4), rows(6, 4, 40)
    model = of_network(module, 6)
    whole = interventional(model, x, background)
    plain = interventional(of_function(model.predict, 6), x, background)
    monkeypatch.setattr(halves, "HIDDEN", 64)
    monkeypatch.setattr(value, "ROWS", 16)
    asked = []

    def predict(some):
        asked.append(len(some))
        return model.predict(some)

    np.testing.assert_allclose(interventional(model, x, background), whole, atol=1e-12)
    np.testing.assert_allclose(
        interventional(of_function(predict, 6), x, background), plain, atol=1e-12
    )
    assert max(asked) <= 16 and sum(asked) == 64 * 40


def test_a_category_is_one_player():
    # Feature 1 has three values, one-hot in the network's columns 1 to 3.
    module = network(5, 5)

    def encode(raw):
        raw = np.asarray(raw)
        hot = raw[:, 1, None] == np.arange(3)
        return np.concatenate([raw[:, :1], hot, raw[:, 2:]], 1).astype(np.float64)

    def predict(raw):
        return module(torch.as_tensor(encode(raw))).squeeze(1).numpy()

    names, groups = ("a", "b", "c"), ((0,), (1, 2, 3), (4,))
    model = Explained(predict=predict, features=names, encode=encode, groups=groups, network=module)
    draw = np.random.default_rng(5)
    background = draw.normal(size=(11, 3))
    background[:, 1] = draw.integers(0, 3, 11)
    x = np.array([0.3, 2.0, -1.0])
    quick = interventional(model, x, background)
    slow = interventional(Explained(predict=predict, features=names), x, background)
    np.testing.assert_allclose(quick, slow, atol=1e-12)
    assert shapley(quick).sum() == pytest.approx(
        predict(x[None])[0] - predict(background).mean(), abs=1e-12
    )


def test_a_network_is_left_as_it_was():
    module, (x, background) = network(4, 7), rows(4, 7)
    module.train()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    interventional(of_network(module, 4), x, background)
    assert module.training and module[1].training
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())


FEATURES = st.integers(2, 6)
SEEDS = st.integers(0, 10**6)


@settings(max_examples=25, deadline=None)
@given(features=FEATURES, seed=SEEDS)
def test_efficiency_and_dummy_hold_on_random_networks(features, seed):
    module, (x, background) = network(features, seed), rows(features, seed)
    with torch.no_grad():
        module[0].weight[:, 0] = 0  # the first feature is not read
    model = of_network(module, features)
    phi = shapley(interventional(model, x, background))
    owed = model.predict(x[None])[0] - model.predict(background).mean()
    assert phi.sum() == pytest.approx(owed, abs=1e-9 * max(1, abs(owed)))
    assert phi[0] == pytest.approx(0, abs=1e-12 * max(1, np.abs(phi).max()))


@settings(max_examples=25, deadline=None)
@given(features=FEATURES, seed=SEEDS)
def test_symmetry_and_additivity_hold_on_random_networks(features, seed):
    one, other = network(features, seed), network(features, seed + 1)
    x, background = rows(features, seed)
    x[1], background[:, 1] = x[0], background[:, 0]  # a copy of the first feature
    with torch.no_grad():
        one[0].weight[:, 1] = one[0].weight[:, 0]
    first, second = (of_network(module, features) for module in (one, other))
    phi = shapley(interventional(first, x, background))
    scale = max(1, np.abs(phi).max())
    assert phi[0] == pytest.approx(phi[1], abs=1e-9 * scale)
    both = of_function(lambda r: first.predict(r) + second.predict(r), features)
    np.testing.assert_allclose(
        shapley(interventional(both, x, background)),
        phi + shapley(interventional(second, x, background)),
        atol=1e-9 * scale * 10,
    )


def test_conditional_values_of_a_linear_model_have_a_closed_form():
    # Two features of correlation ρ, f = x0: knowing x1 alone, f is expected to be ρ x1.
    rho, x = 0.8, np.array([1.0, 2.0])
    covariance = np.array([[1, rho], [rho, 1]])
    v = gaussian(lambda r: r[:, 0], x, np.zeros(2), covariance, 200, seed=0)
    np.testing.assert_allclose(v, [0, 1, rho * 2, 1], atol=1e-12)
    np.testing.assert_allclose(shapley(v), [(1 + 1 - 1.6) / 2, 1.6 / 2], atol=1e-12)


def test_conditional_values_converge_for_a_curved_model():
    # E[x0^2 | x1] = ρ² x1² + 1 - ρ².
    rho, x = 0.6, np.array([1.0, 2.0])
    covariance = np.array([[1, rho], [rho, 1]])
    v = gaussian(lambda r: r[:, 0] ** 2, x, np.zeros(2), covariance, 40_000, seed=1)
    np.testing.assert_allclose(v, [1, 1, rho**2 * 4 + 1 - rho**2, 1], atol=0.03)


def test_conditional_values_stand_a_covariance_without_inverse():
    covariance = np.ones((2, 2))
    v = gaussian(lambda r: r[:, 0], np.array([2.0, 2.0]), np.zeros(2), covariance, 100, seed=0)
    np.testing.assert_allclose(v, [0, 2, 2, 2], atol=1e-6)


def test_sixteen_features_of_a_wide_network_fit_into_little_memory():
    module = nn.Sequential(nn.Linear(16, 256), nn.ReLU(), nn.Linear(256, 1)).requires_grad_(False)
    x, background = rows(16, 8, 3)
    model = of_network(module.double(), 16)
    seen = []
    module[1].register_forward_hook(lambda m, given, out: seen.append(out.numel()))
    v = interventional(model, x, background)
    assert len(v) == 2**16 and max(seen) <= halves.HIDDEN
    assert sum(seen) == 2**16 * 3 * 256
    assert v[-1] == pytest.approx(model.predict(x[None])[0], abs=1e-9)
