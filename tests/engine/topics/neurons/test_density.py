"""Four classifiers of the same points: scikit-learn's boundaries and probabilities, and samples."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from engine.topics.neurons.clouds import CLOUDS, Clouds, densities, drawn
from engine.topics.neurons.crossover import SEEDS, SIZES, TESTED, crossover
from engine.topics.neurons.density import (
    GENERATIVE,
    METHODS,
    DensityConfig,
    classified,
    gaussians,
    grid,
    logistic,
    sample,
    score,
)
from engine.topics.neurons.losses import optimum

PRESETS = (*CLOUDS, "crescents")
THEIRS = {
    "lda": LinearDiscriminantAnalysis,
    "qda": QuadraticDiscriminantAnalysis,
    "bayes": GaussianNB,
}


def source(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("preset", PRESETS)
def test_boundaries_and_probabilities_are_scikit_learns(preset, seed):
    config = DensityConfig(clouds=Clouds(preset=preset, seed=seed), penalty=0.03)
    found = classified(config)
    model = LogisticRegression(C=1 / (0.03 * len(found.y)), tol=1e-10, max_iter=10_000)
    models = {"logistic": model} | {id: kind() for id, kind in THEIRS.items()}
    for id, other in models.items():
        p = other.fit(found.x, found.y).predict_proba(grid())[:, 1]
        np.testing.assert_allclose(found.maps[id].ravel(), p, atol=1e-7, err_msg=id)
        clear = np.abs(p - 0.5) > 1e-6
        answers = other.predict(grid())[clear]
        assert ((found.maps[id].ravel() > 0.5)[clear] == answers).all()
        assert found.right[id] == other.score(found.x, found.y)
        assert found.library[id] < 1e-6
    np.testing.assert_allclose(found.weights[1:], model.coef_[0], atol=1e-5)
    linear = models["lda"].coef_[0]
    density = found.densities["lda"]
    ours = np.linalg.solve(density.covariances[0], density.means[1] - density.means[0])
    np.testing.assert_allclose(ours, linear, atol=1e-9)


@pytest.mark.parametrize("id", GENERATIVE)
def test_a_density_is_scipys_and_its_score_the_difference(id):
    found = classified(DensityConfig(clouds=Clouds(preset="unequal"))).densities[id]
    at = grid()
    for k in (0, 1):
        other = multivariate_normal(found.means[k], found.covariances[k]).logpdf(at)
        joint = found.joint(at)[:, k]
        np.testing.assert_allclose(joint, np.log(found.shares[k]) + other, atol=1e-9)
    both = found.joint(at)
    np.testing.assert_allclose(found.score(at), both[:, 1] - both[:, 0], atol=1e-9)


def test_a_boundary_by_hand():
    """Means at (−1, 0) and (1, 0), one covariance, equal shares: x₁ = 0 is undecided."""
    own = tuple(
        (100 * side + dx, dy, kind)
        for kind, side in ((0, -1), (1, 1))
        for dx, dy in ((50, 0), (-50, 0), (0, 50), (0, -50))
    )
    found = classified(DensityConfig(clouds=Clouds(preset="own", own=own)))
    for id in METHODS:
        middle = found.maps[id][:, 30]
        np.testing.assert_allclose(middle, 0.5, atol=1e-9, err_msg=id)
    np.testing.assert_allclose(found.densities["lda"].covariances[0], np.eye(2) / 8, atol=1e-15)
    # ln of the odds is (μ₁ − μ₀)ᵀ Σ⁻¹ x = 16 x₁
    assert found.densities["lda"].score(np.array([[0.5, 1.0]]))[0] == pytest.approx(8)


@pytest.mark.parametrize("penalty", [0.0001, 0.01, 1])
def test_many_logistic_regressions_at_once_are_those_of_one(penalty):
    sets = drawn("stray", (6, 8), source())
    x = np.concatenate([sets[:, :, 0], sets[:, :, 1]], axis=1)
    y = np.repeat([0, 1], 8)
    many = logistic(x, y, penalty)
    for points, w in zip(x, many, strict=True):
        rows = np.hstack([np.ones((16, 1)), points]) * (2.0 * y - 1)[:, None]
        np.testing.assert_allclose(w, optimum(rows, penalty), atol=1e-6)


def test_a_sample_is_of_its_density():
    density = classified(DensityConfig(clouds=Clouds(preset="unequal", count=30))).densities["qda"]
    draws = [sample(density, draw, 0) for draw in range(1, 201)]
    points = np.concatenate([points for points, _ in draws])
    classes = np.concatenate([classes for _, classes in draws])
    count = len(classes)
    assert abs(classes.mean() - 0.5) < 4 * 0.5 / np.sqrt(count)
    for k in (0, 1):
        mine = points[classes == k]
        error = 4 * np.sqrt(np.diag(density.covariances[k]) / len(mine))
        assert (np.abs(mine.mean(0) - density.means[k]) < error).all()
        np.testing.assert_allclose(np.cov(mine.T), density.covariances[k], atol=0.015)
    assert not np.array_equal(draws[0][0], draws[1][0])


def test_only_a_density_is_sampled():
    for method in METHODS:
        found = classified(DensityConfig(method=method, draw=1))
        assert (found.sampled is None) == (method == "logistic")
        assert classified(DensityConfig(method=method)).sampled is None


@pytest.mark.parametrize("preset", CLOUDS)
def test_true_densities_are_of_what_is_drawn(preset):
    """Mean and covariance of many points are those of a grid weighted by the density."""
    points = drawn(preset, (40_000,), source())
    side = np.linspace(-4, 4, 201)
    at = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    weight = np.exp(densities(preset, at)) * (side[1] - side[0]) ** 2
    np.testing.assert_allclose(weight.sum(0), 1, atol=0.01)
    for k in (0, 1):
        mean = weight[:, k] @ at
        np.testing.assert_allclose(points[:, k].mean(0), mean, atol=0.02)
        off = at - mean
        np.testing.assert_allclose(np.cov(points[:, k].T), (weight[:, k] * off.T) @ off, atol=0.02)


def test_accuracy_over_n_is_what_scikit_learn_gets():
    """One size, three data sets, drawn again by hand from the same source."""
    from engine.device import generator

    found = crossover(Clouds(preset="stray"), 0.01)
    draw = generator(0, "neurons", "crossover")
    sets = drawn("stray", (SEEDS, SIZES[-1]), draw)
    torch.randn((SEEDS, SIZES[-1], 2, 0), generator=draw, dtype=torch.float64)
    new = drawn("stray", (TESTED,), draw)
    at, truth = np.concatenate([new[:, 0], new[:, 1]]), np.repeat([0, 1], TESTED)
    column, size = 3, SIZES[3]
    for seed in range(3):
        x = np.concatenate([sets[seed, :size, 0], sets[seed, :size, 1]])
        y = np.repeat([0, 1], size)
        model = LogisticRegression(C=1 / (0.01 * 2 * size), tol=1e-10, max_iter=10_000)
        models = [model, *(THEIRS[id]() for id in GENERATIVE)]
        for row, other in enumerate(models):
            share = other.fit(x, y).score(at, truth)
            assert found.accuracy[row, column, seed] == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize("preset", CLOUDS)
def test_nobody_beats_who_knows_both_densities(preset):
    found = crossover(Clouds(preset=preset), 0.01)
    assert found.accuracy.mean(-1).max() < found.best + 0.005
    assert (found.accuracy.mean(-1)[:, -1] > found.accuracy.mean(-1)[:, 0]).all()


def test_a_covariance_of_too_few_points_is_no_density():
    found = crossover(Clouds(), 0.01, extra=8)
    can = np.isfinite(found.accuracy[..., 0])
    assert can[0].all() and can[METHODS.index("bayes")].all()
    assert SIZES[int(can[METHODS.index("qda")].argmax())] == 16, "more than ten points a class"
    ids, comparison = found.at(4)
    assert ids == ("logistic", "bayes") and comparison.values.shape == (2, SEEDS)


def test_the_crossing_is_where_the_means_change_places():
    found = crossover(Clouds(preset="stray"), 0.01, extra=20)
    size = found.crossed("bayes")
    gap = (found.accuracy[0] - found.accuracy[METHODS.index("bayes")]).mean(-1)
    at = SIZES.index(size)
    assert gap[at - 1] < 0 and (gap[at:] >= 0).all()
    none = crossover(Clouds(preset="unequal"), 0.01)
    assert none.crossed("bayes") is None and not none.sure("bayes")
    luck = crossover(Clouds(), 0.01)  # LDA's own assumptions: it is never really behind
    assert luck.crossed("lda") == 250 and not luck.sure("lda")


def test_score_of_the_logistic_regression_is_its_line():
    assert score(np.array([1.0, 2.0, -3.0]), np.array([[2.0, 1.0]]))[0] == 2


def test_points_that_make_no_density_leave_the_boundary():
    own = ((0, 0, 0), (50, 50, 1), (60, 0, 1))
    found = classified(DensityConfig(clouds=Clouds(preset="own", own=own)))
    assert "qda" not in found.maps and "logistic" in found.maps
    flat = tuple((x, x, int(x > 40)) for x in range(0, 90, 10))
    found = classified(DensityConfig(clouds=Clouds(preset="own", own=flat), method="lda", draw=1))
    assert "lda" not in found.densities and found.sampled is None
    same = ((0, 0, 0), (0, 0, 1))
    assert classified(DensityConfig(clouds=Clouds(preset="own", own=same))).maps.keys() == {
        "logistic"
    }
    assert classified(DensityConfig(clouds=Clouds(preset="own"))) is None


def test_covariances_are_numpys():
    x = np.random.default_rng(0).normal(size=(30, 2))
    y = np.repeat([0, 1], [10, 20])
    parts = [np.cov(x[y == k].T, bias=True) for k in (0, 1)]
    np.testing.assert_allclose(gaussians(x, y, "qda").covariances, parts)
    pooled = (10 * parts[0] + 20 * parts[1]) / 30
    np.testing.assert_allclose(gaussians(x, y, "lda").covariances[1], pooled)
    assert gaussians(x, y, "lda").shares == pytest.approx([1 / 3, 2 / 3])
