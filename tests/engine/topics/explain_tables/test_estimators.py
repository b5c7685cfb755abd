"""Does every estimator keep its promises? And does it come near the exact values as it says?"""

import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from torch import nn

from engine.device import generator
from engine.topics.explain_tables.default import affordable, at_once
from engine.topics.explain_tables.estimators import ESTIMATORS, estimate
from engine.topics.explain_tables.estimators._spec import shap
from engine.topics.explain_tables.estimators.partition import apart
from engine.topics.explain_tables.shapley.explained import Explained, Linear, Trees

FEATURES = 6
DRAW = np.random.default_rng(0)
BACKGROUND = DRAW.normal(size=(20, FEATURES))
ROWS = DRAW.normal(size=(3, FEATURES))
NAMES = tuple(f"x{i}" for i in range(FEATURES))
WEIGHTS = np.array([1.0, -2.0, 0.0, 0.5, 3.0, -1.0])


def network():
    draw = generator(1, "test network")
    module = nn.Sequential(nn.Linear(FEATURES, 8), nn.Tanh(), nn.Linear(8, 1)).double()
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.7, generator=draw)
    module.requires_grad_(False)

    def predict(rows):
        return module(torch.as_tensor(rows, dtype=torch.float64)).squeeze(1).numpy()

    return Explained(predict=predict, features=NAMES, network=module)


def line():
    return Explained(
        predict=lambda rows: rows @ WEIGHTS + 2,
        features=NAMES,
        linear=Linear(weights=WEIGHTS, bias=2.0),
    )


def ensemble(classes):
    x = DRAW.normal(size=(300, FEATURES))
    score = x[:, 0] * x[:, 1] + x[:, 2]
    if not classes:
        model = HistGradientBoostingRegressor(max_iter=20).fit(x, score)
        return Explained(
            predict=model.predict, features=NAMES, trees=Trees(ensemble=model, readout=np.ones(1))
        )
    model = HistGradientBoostingClassifier(max_iter=20).fit(x, np.digitize(score, [-0.5, 0.5]))
    readout = np.array([-1 / 3, 2 / 3, -1 / 3])
    return Explained(
        predict=lambda rows: model.decision_function(rows) @ readout,
        features=NAMES,
        trees=Trees(ensemble=model, readout=readout),
    )


MODELS = {
    "network": network(),
    "linear": line(),
    "trees": ensemble(0),
    "trees of 3 classes": ensemble(3),
}
FITTING = [
    (name, id)
    for name, model in MODELS.items()
    for id, member in ESTIMATORS.items()
    if not member().unfit(model)
]
each = pytest.mark.parametrize(("name", "id"), FITTING)
EXACT = {name: estimate(ESTIMATORS["exact"](), m, ROWS, BACKGROUND) for name, m in MODELS.items()}
CLOSE = {"kernel": 1e-9, "sampling": 0.25, "permutation": 0.25}
"""Of the largest exact value: 62 of 62 coalitions; and 20 draws each way of two orders."""


@each
def test_values_are_one_for_each_feature_and_the_same_each_time(name, id):
    found = estimate(ESTIMATORS[id](), MODELS[name], ROWS, BACKGROUND, seed=3)
    assert found.values.shape == ROWS.shape and found.values.dtype == np.float64
    again = estimate(ESTIMATORS[id](), MODELS[name], ROWS, BACKGROUND, seed=3)
    np.testing.assert_array_equal(found.values, again.values)
    assert found.base == pytest.approx(MODELS[name].predict(BACKGROUND).mean())
    assert found.seconds > 0 and found.asked >= 0


@each
def test_values_add_up_where_that_is_promised(name, id):
    model = MODELS[name]
    found = estimate(ESTIMATORS[id](), model, ROWS, BACKGROUND)
    gap = np.abs(found.values.sum(1) - (model.predict(ROWS) - found.base)).max()
    if ESTIMATORS[id].adds_up:
        assert gap < 1e-5, "the limit is shap's single precision of trees, captum's steps"
    else:
        assert 1e-3 < gap < 2


@each
def test_an_exact_one_is_exact_and_an_unbiased_one_near(name, id):
    member, true = ESTIMATORS[id], EXACT[name].values
    found = estimate(member(), MODELS[name], ROWS, BACKGROUND).values
    if member.exact:
        np.testing.assert_allclose(found, true, atol=1e-6)
    else:
        assert np.abs(found - true).max() < CLOSE.get(id, 1.0) * np.abs(true).max()


@pytest.mark.parametrize("name", ["network", "trees"])
def test_exact_values_are_those_of_shaps_own_exact_explainer(name):
    predict, masker = MODELS[name].predict, shap().maskers.Independent(BACKGROUND)
    theirs = shap().ExactExplainer(predict, masker)(ROWS).values
    np.testing.assert_allclose(EXACT[name].values, theirs, atol=1e-6)


@pytest.mark.parametrize("id", [id for id, member in ESTIMATORS.items() if member.drawn])
def test_a_drawn_one_depends_on_the_seed_and_leaves_numpys_alone(id):
    np.random.seed(7)
    expected = np.random.random(3)
    np.random.seed(7)
    few = ESTIMATORS[id].model_validate({"samples": 16} if id == "kernel" else {})
    one, other = (estimate(few, MODELS["network"], ROWS, BACKGROUND, seed=s) for s in (0, 1))
    np.testing.assert_array_equal(np.random.random(3), expected)
    if id != "partition":  # draws only to break ties
        assert np.abs(one.values - other.values).max() > 0


@pytest.mark.parametrize(("id", "few", "many"), [("sampling", 1, 64), ("permutation", 1, 64)])
def test_more_orders_come_nearer(id, few, many):
    def error(samples):
        part = ESTIMATORS[id].model_validate({"samples": samples})
        found = [
            estimate(part, MODELS["network"], ROWS, BACKGROUND, seed=s).values for s in range(3)
        ]
        return np.sqrt(np.mean((np.stack(found) - EXACT["network"].values) ** 2))

    assert error(many) < error(few) / 4, "the error falls with the root of the orders"


def test_integrated_gradients_are_what_gradient_comes_to():
    paths = estimate(ESTIMATORS["integrated_gradients"](), MODELS["network"], ROWS, BACKGROUND)
    drawn = ESTIMATORS["gradient"](samples=4096)
    found = estimate(drawn, MODELS["network"], ROWS, BACKGROUND)
    size = np.abs(paths.values).max()
    np.testing.assert_allclose(found.values, paths.values, atol=0.1 * size)
    assert np.abs(paths.values - EXACT["network"].values).max() > 0.01 * size


def test_deep_is_exact_where_nothing_meets_inside():
    # A network that adds up functions of one feature each has no interactions at all.
    module = nn.Sequential(
        nn.Linear(FEATURES, FEATURES), nn.Tanh(), nn.Linear(FEATURES, 1)
    ).double()
    with torch.no_grad():
        module[0].weight.copy_(torch.eye(FEATURES))
    model = Explained(
        predict=lambda rows: module(torch.as_tensor(rows)).detach().squeeze(1).numpy(),
        features=NAMES,
        network=module,
    )
    true = estimate(ESTIMATORS["exact"](), model, ROWS, BACKGROUND)
    found = estimate(ESTIMATORS["deep"](), model, ROWS, BACKGROUND)
    np.testing.assert_allclose(found.values, true.values, atol=1e-9)


def test_rows_that_were_asked_are_counted():
    asked = {
        id: estimate(ESTIMATORS[id](), MODELS["network"], ROWS[:1], BACKGROUND).asked
        for id in ("exact", "sampling", "permutation", "deep", "gradient")
    }
    assert asked["exact"] == 2**FEATURES * 20
    assert asked["sampling"] == 2 * 20 * (FEATURES + 1)
    # Each order: forwards and backwards, less what is known already; f(x) and base shared.
    assert 20 * FEATURES < asked["permutation"] <= 10 * (2 * FEATURES + 1) * 20
    assert asked["deep"] >= 40 and asked["gradient"] >= 200
    assert estimate(ESTIMATORS["tree"](), MODELS["trees"], ROWS, BACKGROUND).asked == 0


def test_what_does_not_fit_says_so():
    for id in ("deep", "gradient", "integrated_gradients", "tree", "linear"):
        model = MODELS["linear" if id not in ("linear",) else "network"]
        why = ESTIMATORS[id]().unfit(model)
        assert why.endswith(".") and len(why) < 200
        with pytest.raises(ValueError, match=why.split(".")[0][:20]):
            estimate(ESTIMATORS[id](), model, ROWS, BACKGROUND)


def test_constant_columns_do_not_disturb_the_tree_of_features():
    same = BACKGROUND.copy()
    same[:, 2] = 5.0
    distance = apart(same)
    assert np.isfinite(distance).all() and distance.min() >= 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = estimate(ESTIMATORS["partition"](), MODELS["network"], ROWS, same)
    assert np.isfinite(found.values).all()


def test_a_network_that_is_explained_stays_as_it_was():
    module = MODELS["network"].network
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    for id in ("deep", "gradient", "integrated_gradients"):
        estimate(ESTIMATORS[id](), MODELS["network"], ROWS, BACKGROUND)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in module.modules())
    assert all(p.grad is None and not p.requires_grad for p in module.parameters())
    assert all(torch.equal(before[n], t) and t.dtype == before[n].dtype
               for n, t in module.state_dict().items())  # fmt: skip


def test_what_answers_at_once_is_exact_where_that_is_quick():
    chosen = {name: at_once(model, 1, 50).id for name, model in MODELS.items()}
    assert chosen == {
        "network": "exact",
        "linear": "linear",
        "trees": "tree",
        "trees of 3 classes": "tree",
    }
    assert at_once(MODELS["network"], 100_000, 100).id == "sampling"
    wide = Explained(predict=lambda rows: rows[:, 0], features=tuple(map(str, range(30))))
    assert at_once(wide, 1, 50).id == "sampling"
    assert at_once(wide, 1, 50).samples == 2**15 // (2 * 50 * 31)
    assert at_once(wide, 1, 1000).samples == 1
    huge = nn.Sequential(nn.Linear(FEATURES, 4000), nn.ReLU(), nn.Linear(4000, 4000))
    assert affordable(replace(MODELS["network"], network=huge)) < 2**8
