"""Are the axioms tested as they are meant: kept by what keeps them, and missed by what does not?"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.device import generator
from engine.topics.explain_tables.axioms import (
    AXIOMS,
    another,
    bent,
    residual,
    sum_of,
    with_copy,
    with_noise,
)
from engine.topics.explain_tables.estimators import ESTIMATORS
from engine.topics.explain_tables.shapley.explained import Explained, Linear


def small(features, seed):
    """A network that squares, so that derivatives and differences tell apart."""
    draw = generator(seed, "test network")
    module = nn.Sequential(nn.Linear(features, 6), nn.Tanh(), nn.Linear(6, 1)).double()
    for parameter in module.parameters():
        nn.init.normal_(parameter, generator=draw)
    module.requires_grad_(False)
    rows = np.random.default_rng(seed)
    model = Explained(
        predict=lambda x: module(torch.as_tensor(x, dtype=torch.float64)).squeeze(1).numpy(),
        features=tuple(f"x{i}" for i in range(features)),
        network=module,
    )
    return model, rows.normal(size=features), rows.normal(size=(12, features))


@settings(max_examples=10, deadline=None)
@given(features=st.integers(2, 5), seed=st.integers(0, 10**6))
def test_exact_values_keep_every_axiom_on_random_networks(features, seed):
    model, row, background = small(features, seed)
    for axiom in AXIOMS:
        assert residual(axiom, ESTIMATORS["exact"](), model, row, background, seed) < 1e-9, axiom


MISSED = [
    ("gradient", "efficiency"),
    ("gradient", "symmetry"),
    ("integrated_gradients", "symmetry"),
    ("sampling", "symmetry"),
    ("permutation", "symmetry"),
]


@pytest.mark.parametrize(("id", "axiom"), MISSED)
def test_an_estimator_is_seen_to_miss_an_axiom(id, axiom):
    model, row, background = small(5, 1)
    assert residual(axiom, ESTIMATORS[id](), model, row, background, 0) > 1e-4


@pytest.mark.parametrize(
    ("id", "axiom"),
    [
        (id, axiom)
        for id, member in ESTIMATORS.items()
        for axiom in AXIOMS
        if (id, axiom) not in MISSED and id not in ("linear", "tree")
    ],
)
def test_the_others_keep_it(id, axiom):
    model, row, background = small(5, 1)
    assert residual(axiom, ESTIMATORS[id](), model, row, background, 0) < 1e-5


def test_a_model_with_more_columns_answers_as_it_is_meant_to():
    model, _, background = small(4, 2)
    kink = float(np.median(background[:, 1]))
    copy = np.column_stack([background, bent(background[:, 1], kink)])
    noise = np.column_stack([background, np.full(len(background), 9.0)])
    for wider, rows in ((with_copy(model, 1, kink), copy), (with_noise(model), noise)):
        np.testing.assert_allclose(wider.predict(rows), model.predict(background), atol=1e-12)
        through = wider.network(torch.as_tensor(wider.encode(rows))).squeeze(1).numpy()
        np.testing.assert_allclose(through, wider.predict(rows), atol=1e-12)
    other = another(model, background, 0)
    assert other.predict(background).std() == pytest.approx(model.predict(background).std())
    both = sum_of(model, other)
    np.testing.assert_allclose(
        both.network(torch.as_tensor(background)).squeeze(1).numpy(),
        model.predict(background) + other.predict(background),
        atol=1e-12,
    )


def test_twins_are_twins_for_every_coalition():
    model, row, background = small(3, 3)
    kink = 0.2
    wider = with_copy(model, 0, kink)
    known, unknown = row[0], background[0, 0]
    for here, there in ((known, unknown), (unknown, known)):
        rows = np.array(
            [
                [here, *row[1:], bent(np.float64(there), kink)],
                [there, *row[1:], bent(np.float64(here), kink)],
            ]
        )
        one, other = wider.predict(rows)
        assert one == pytest.approx(other, abs=1e-12)


def test_what_does_not_fit_the_changed_model_is_left_open():
    weights = np.array([1.0, -2.0])
    model = Explained(
        predict=lambda x: x @ weights, features=("a", "b"), linear=Linear(weights=weights, bias=0.0)
    )
    row, background = np.array([1.0, 2.0]), np.array([[0.0, 0.0], [1.0, -1.0], [0.5, 0.1]])
    found = {a: residual(a, ESTIMATORS["linear"](), model, row, background, 0) for a in AXIOMS}
    assert found["efficiency"] < 1e-12 and found["dummy"] == 0
    assert np.isnan(found["symmetry"]) and np.isnan(found["additivity"])
