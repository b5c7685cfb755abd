"""Two weights on prepared inputs: curvatures, whitening, and how many updates the formula says."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from engine.topics.neurons.inputs import (
    PREPARED,
    InputsConfig,
    compared,
    eigenvalues,
    examples,
    expected,
    prepare,
)

number = st.floats(-5, 5, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(number, number), min_size=3, max_size=8))
def test_eigenvalues_by_formula_are_lapacks(rows):
    x = np.array(rows) + np.eye(2)[[0, 1] + [0] * (len(rows) - 2)]
    h = x.T @ x / len(x)
    found, other = eigenvalues(h), np.linalg.eigvalsh(h)[::-1]
    np.testing.assert_allclose(found, other, atol=1e-12 * max(1, other[0]))


def test_the_hessian_is_autograds_and_its_parts_are_covariance_and_mean():
    config = InputsConfig(unit=3, correlation=0.4)
    raw, y = examples(config)
    x, t = torch.tensor(raw), torch.tensor(y)
    loss = lambda w: ((t - x @ w) ** 2).mean() / 2  # noqa: E731
    h = torch.autograd.functional.hessian(loss, torch.zeros(2, dtype=torch.float64)).numpy()
    found = compared(config).descents["raw"]
    np.testing.assert_allclose(found.hessian, h, rtol=1e-12)
    mean = raw.mean(0)
    np.testing.assert_allclose(h, np.cov(raw.T, bias=True) + np.outer(mean, mean), rtol=1e-12)
    assert found.curvatures[0] >= mean @ mean


def test_prepared_inputs_are_scikit_learns():
    raw, _ = examples(InputsConfig(unit=5, correlation=0.6))
    np.testing.assert_allclose(prepare(raw, "scaled"), StandardScaler().fit_transform(raw))
    white = prepare(raw, "whitened")
    np.testing.assert_allclose(white.T @ white / len(raw), np.eye(2), atol=1e-12)
    other = PCA(whiten=True).fit_transform(prepare(raw, "scaled"))
    ours = np.sort(np.linalg.norm(white, axis=1))  # the same up to a turn and N or N − 1
    theirs = np.sort(np.linalg.norm(other, axis=1)) * np.sqrt(len(raw) / (len(raw) - 1))
    np.testing.assert_allclose(ours, theirs)
    assert compared(InputsConfig(correlation=0.9)).descents["whitened"].condition == pytest.approx(
        1
    )


@pytest.mark.parametrize("id", PREPARED)
@pytest.mark.parametrize("seed", range(5))
def test_as_many_updates_as_the_curvatures_say(id, seed):
    """Between what the slower direction alone needs for the goal and for half of it."""
    config = InputsConfig(mean=3, unit=2, correlation=0.3, updates=3000, goal=1e-3, seed=seed)
    found = compared(config)
    one = found.descents[id]
    least, most = (expected(one, goal, found.variance) for goal in (1e-3, 5e-4))
    assert np.ceil(least) <= one.reached <= np.ceil(most)


@pytest.mark.parametrize("batch", ["all", "one"])
def test_the_first_step_is_autograds(batch):
    config = InputsConfig(batch=batch, rate=0.7, updates=1)
    raw, y = examples(config)
    found = compared(config).descents["raw"]
    rows = np.arange(len(y))
    if batch == "one":
        seen = np.flatnonzero(np.abs(raw @ (found.path[1][::-1] * [1, -1])) < 1e-12)
        assert len(seen) == 1, "the step is along one example"
        rows = seen
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    ((torch.tensor(y[rows]) - torch.tensor(raw[rows]) @ w) ** 2).mean().div(2).backward()
    np.testing.assert_allclose(found.path[1], -found.step * w.grad.numpy(), rtol=1e-12)


def test_descent_goes_to_least_squares_and_beyond_two_leaves():
    found = compared(InputsConfig(updates=3000)).descents
    for one in found.values():
        np.testing.assert_allclose(one.path[-1], one.best, atol=1e-9)
    for one in compared(InputsConfig(rate=2.1)).descents.values():
        assert one.reached is None and one.excess[-1] > 1e3 * one.excess[0]


def test_positive_inputs_move_both_weights_one_way():
    for seed in range(10):
        config = InputsConfig(mean=2, batch="one", rate=1, seed=seed)
        found = compared(config).descents
        assert (found["raw"].x > 0).all() and found["raw"].same_sign == 1
        assert found["scaled"].same_sign < 0.9
