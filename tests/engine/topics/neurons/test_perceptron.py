"""Rosenblatt's rule, Novikoff's bound, and the proofs that a line exists or does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron
from sklearn.svm import SVC

from engine.topics.neurons.margin import widest
from engine.topics.neurons.patterns import Patterns, shifted
from engine.topics.neurons.perceptron import PerceptronConfig, features, learn, rosenblatt
from engine.topics.neurons.points import GAPS, TRUE, Plane, arrays, placed


def of(preset, **more):
    found = learn(PerceptronConfig(plane=Plane(preset=preset), **more))
    assert found is not None
    return found


def test_and_by_hand():
    """Corners of ±1: u = (−1, 1, 1)/√3 has a margin of 1/√3 at three corners; R² = 3."""
    found = of("and")
    np.testing.assert_allclose(found.margin.direction, np.array([-1, 1, 1]) / 3**0.5, atol=1e-12)
    assert found.margin.gamma == pytest.approx(3**-0.5)
    assert found.bound == pytest.approx(9)
    # From zero all outputs are 0: only (1, 1) is wrong and gives w = (1, 1, 1). Going on from the
    # first corner, (−1, 1) is wrong: (0, 2, 0). Then (1, −1): (−1, 1, 1), and all are right.
    np.testing.assert_array_equal(found.walk.pushed, [3, 1, 2])
    np.testing.assert_array_equal(found.walk.weights[-1], [-1, 1, 1])
    assert found.walk.stopped


def test_xor_has_a_proof_and_a_product_cures_it():
    plain = of("xor")
    assert not plain.margin.exists and not plain.walk.stopped
    np.testing.assert_allclose(plain.common, [0, 0], atol=1e-12)
    cured = of("xor", features="product")
    # u = −x₁x₂ alone has a margin of 1; all of |x̃|² = 4.
    np.testing.assert_allclose(cured.margin.direction, [0, 0, 0, -1], atol=1e-12)
    assert cured.bound == pytest.approx(4) and len(cured.walk.pushed) <= 4


@given(st.integers(0, 10**6))
@settings(max_examples=1000, deadline=None)
def test_novikoffs_bound_holds_on_random_separable_sets(seed):
    draw = np.random.default_rng(seed)
    count, width = int(draw.integers(2, 30)), int(draw.integers(1, 5))
    x = draw.normal(size=(count, width)) * draw.uniform(0.3, 3)
    line = draw.normal(size=width + 1)
    inputs = np.hstack([np.ones((count, 1)), x])
    sums = inputs @ line
    kept = np.abs(sums) > 0.05 * np.linalg.norm(line)
    inputs, y = inputs[kept], (sums[kept] > 0).astype(np.int64)
    if len(y) == 0:
        return
    margin = widest(inputs * (2 * y - 1)[:, None])
    assert margin.exists and margin.agree and margin.gap < 1e-9
    assert margin.gamma >= 0.05 * (1 - 1e-9)
    bound = (np.linalg.norm(inputs, axis=1).max() / margin.gamma) ** 2
    for worst in (False, True):
        walk = rosenblatt(inputs, y, int(bound) + 2, worst)
        assert walk.stopped and len(walk.pushed) <= bound
        k = np.arange(1, len(walk.weights))
        length = np.linalg.norm(walk.weights[1:], axis=1)
        assert (walk.weights[1:] @ margin.direction >= margin.gamma * k - 1e-9).all()
        assert (length <= np.sqrt(k) * np.linalg.norm(inputs, axis=1).max() + 1e-9).all()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("preset", ["separable", "narrow"])
def test_the_margin_is_that_of_a_hard_support_vector_machine(preset, seed):
    """Signed rows and their opposites are told apart through the origin by the same plane."""
    found = learn(PerceptronConfig(plane=Plane(preset=preset, seed=seed)))
    rows = found.inputs * (2 * found.y - 1)[:, None]
    both = np.vstack([rows, -rows])
    classes = np.repeat([1, 0], len(rows))
    hard = SVC(kernel="linear", C=1e8, tol=1e-8).fit(both, classes)
    assert found.margin.gamma == pytest.approx(1 / np.linalg.norm(hard.coef_), rel=1e-4)


def test_a_certificate_puts_one_mean_into_both_classes():
    for preset in ("xor", "touching", "overlapping"):
        found = of(preset)
        shares = found.margin.weights
        assert (shares >= 0).all() and shares.sum() == pytest.approx(1)
        for kind in (0, 1):
            share = shares * (found.y == kind)
            np.testing.assert_allclose(share @ found.x / share.sum(), found.common, atol=1e-9)


def test_the_rule_ends_without_a_mistake_as_scikit_learns_does_and_in_another_order():
    """Their weights may differ: scikit-learn also updates where the sum is zero."""
    x, y = arrays(placed(Plane(preset="separable")))
    other = Perceptron(shuffle=False, max_iter=1000, tol=None, eta0=1.0).fit(x, y)
    found = of("separable")
    assert other.score(x, y) == 1 and found.walk.stopped
    inputs = np.hstack([np.ones((len(x), 1)), x])
    start = rosenblatt(inputs[::-1], y[::-1], 999)
    assert start.stopped, "another order ends as well"


@pytest.mark.parametrize("preset", [*GAPS, *TRUE, "touching"])
def test_prepared_points_are_what_their_name_says(preset):
    plane = Plane(preset=preset)
    assert Plane(preset="own", own=placed(plane)).own == placed(plane), "they fit somebody's own"
    found = of(preset)
    assert found.margin.exists == (preset in ("separable", "narrow", "and", "or"))
    if preset in GAPS:
        assert (np.bincount(found.y) == plane.count).all()


def test_points_of_one_class_are_no_task():
    assert learn(PerceptronConfig(plane=Plane(preset="own"))) is None
    assert learn(PerceptronConfig(plane=Plane(preset="own", own=((1, 2, 0), (3, 4, 0))))) is None


def test_a_point_of_both_classes_is_a_proof_by_itself():
    own = ((50, 50, 0), (50, 50, 1), (-100, 0, 0))
    found = learn(PerceptronConfig(plane=Plane(preset="own", own=own)))
    np.testing.assert_allclose(found.common, [0.5, 0.5])


def test_hidden_units_are_thresholds_and_stay_as_they_are():
    config = PerceptronConfig(features="hidden", units=7)
    grid = np.random.default_rng(0).uniform(-2, 2, (200, 2))
    found = features(config, grid)
    assert found.shape == (200, 8) and set(np.unique(found)) <= {0.0, 1.0}
    np.testing.assert_array_equal(found, features(config, grid))
    assert 0.02 < found[:, 1:].mean() < 0.98


def test_shifted_patterns_by_hand():
    found = shifted(Patterns())
    np.testing.assert_allclose(found.means, 0.25, atol=1e-15)
    assert not found.margin.exists and not found.walk.stopped
    # A less its mean of ¼: 4·¾² + 12·¼² = 3 at its own place.
    assert found.maximum[:16] == pytest.approx(np.full(16, 3.0))
    assert found.apart > 0
    assert np.abs(found.mean).max() < 1e-12


def test_another_number_of_pixels_is_told_by_counting():
    found = shifted(Patterns(second=(0, 2, 5)))
    # Equal weights: w = (−7, 2, …, 2) gives ±1 on both: γ ≥ 1/√(49 + 64); R² = 5.
    assert found.margin.gamma == pytest.approx(1 / 113**0.5)
    assert found.walk.stopped and len(found.walk.pushed) <= 5 * 113


def test_a_filter_and_a_maximum_tell_any_two_pictures_of_as_many_pixels():
    draw = np.random.default_rng(0)
    for _ in range(100):
        count = int(draw.integers(1, 16))
        first, second = (tuple(sorted(draw.permutation(16)[:count].tolist())) for _ in range(2))
        found = shifted(Patterns(first=first, second=second))
        assert not found.margin.exists
        assert (found.apart > 1e-9) == (not found.same)


@pytest.mark.parametrize(("first", "second"), [((), ()), (tuple(range(16)), ()), ((99, -3), (1,))])
def test_empty_full_and_nonsense_pictures_are_computed(first, second):
    assert np.isfinite(shifted(Patterns(first=first, second=second)).maximum).all()
