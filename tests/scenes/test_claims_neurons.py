"""The page Neurons and losses: what its scenes claim, computed again."""

import numpy as np

from engine.topics.neurons.patterns import shifted
from engine.topics.neurons.perceptron import learn, rosenblatt


def over_seeds(view, count=10):
    return [learn(view.perceptron.with_("plane.seed", seed)) for seed in range(count)]


def test_a_few_mistakes_and_it_is_done(view):
    """On other seeds as well, and whatever the order of the points."""
    for found in over_seeds(view):
        assert found.walk.stopped and 0 < len(found.walk.pushed) < found.bound
    found = learn(view.perceptron)
    draw = np.random.default_rng(0)
    for _ in range(200):
        order = draw.permutation(len(found.y))
        walk = rosenblatt(found.inputs[order], found.y[order], 10_000)
        assert walk.stopped and len(walk.pushed) <= found.bound


def test_a_narrow_gap_has_a_high_bound(view):
    wide = view.perceptron.with_("plane.preset", "separable")
    ratios = []
    for seed, narrow in enumerate(over_seeds(view, 20)):
        easy = learn(wide.with_("plane.seed", seed))
        assert narrow.margin.gamma < easy.margin.gamma and narrow.bound > easy.bound
        ratios.append(narrow.bound / easy.bound)
    assert np.median(ratios) > 5
    found = learn(view.perceptron)
    assert found.walk.stopped and len(found.walk.pushed) < found.bound / 10


def test_xor_is_impossible_and_here_is_the_proof(view):
    found = learn(view.perceptron.with_("limit", 2000))
    assert len(found.walk.pushed) == 2000 and not found.margin.exists
    assert np.linalg.norm(found.walk.weights, axis=1).max() < 5
    np.testing.assert_allclose(found.common, [0, 0], atol=1e-12)


def test_a_product_cures_xor(view):
    found = learn(view.perceptron)
    assert found.walk.stopped and found.margin.exists
    assert not learn(view.perceptron.with_("features", "plain")).margin.exists
    assert found.walk.weights[-1][3] != 0, "its boundary is no straight line"


def test_random_hidden_units_cure_xor(view):
    """Not by luck: nineteen of twenty hidden layers do."""
    runs = [learn(view.perceptron.with_("drawn", seed)) for seed in range(20)]
    assert runs[0].walk.stopped and len(runs[0].walk.pushed) <= runs[0].bound
    assert sum(found.walk.stopped for found in runs) >= 19


def test_shifted_pictures_have_one_mean(view):
    found = shifted(view.patterns)
    assert view.data == "pictures"
    np.testing.assert_allclose(found.means[0], found.means[1], atol=1e-15)
    assert not found.margin.exists and found.apart > 0
    fewer = view.patterns.with_("second", view.patterns.second[1:])
    assert shifted(fewer).margin.exists
