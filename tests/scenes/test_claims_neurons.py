"""The page Neurons and losses: what its scenes claim, computed again."""

import numpy as np
import pytest

from engine.topics.neurons import losses_seeds
from engine.topics.neurons.crossover import crossover
from engine.topics.neurons.curves import fitted, powers
from engine.topics.neurons.decomposition import decomposed
from engine.topics.neurons.density import METHODS, classified
from engine.topics.neurons.information import OFFSETS, inform
from engine.topics.neurons.inputs import compared
from engine.topics.neurons.likelihood import likelihood
from engine.topics.neurons.losses import race
from engine.topics.neurons.patterns import shifted
from engine.topics.neurons.perceptron import learn, rosenblatt
from engine.topics.neurons.pixels import gathered
from tests.scenes.ran import shipped


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


def test_training_error_only_falls(view):
    """On other data sets as well; the point that is left out says otherwise."""
    worse = []
    for seed in range(10):
        found = fitted(view.curves.with_("sample.seed", seed))
        assert found.degree == 15 and (np.diff(found.training) < 1e-12).all()
        assert 2 <= found.left_out[:12].argmin() <= 6
        worse.append(found.held_out[15] / found.held_out.min())
    assert min(worse) > 1.2 and np.median(worse) > 5 and worse[0] > 100


def test_bias_falls_and_variance_rises(view):
    for seed in range(5):
        found = decomposed(view.curves.sample.with_("seed", seed), view.curves.ridge)
        assert found.bias[0] > found.bias[1] > 20 * found.bias[3]
        assert (np.diff(found.variance[3:]) > 0).all() and found.variance[15] > 1e5
        assert found.bias[1] > 5 * found.variance[1] and found.variance[9] > 5 * found.bias[9]
        assert found.exact.argmin() == 3 and found.identity < 1e-12
        np.testing.assert_allclose(found.fresh, found.bias + found.variance + found.noise, rtol=0.1)
        held = decomposed(view.curves.sample.with_("seed", seed), 0.01)
        assert held.variance[15] < 0.1


def test_one_outlier_pulls_the_squared_error(view):
    grid = powers(np.linspace(-1, 1, 101), 1)
    config, moved = view.curves, {}
    rest = config.with_("own", tuple(point for point in config.own if not point[2]))
    assert len(rest.own) == len(config.own) - 1
    with_, without = fitted(config).weights, fitted(rest).weights
    for id in config.shown:
        moved[id] = np.abs(grid @ (with_[id] - without[id])).max()
    assert moved["squared"] > 0.5 and max(moved["absolute"], moved["huber"]) < 0.15
    higher = config.with_("own", (*rest.own, (85, 300, 1)))
    again = fitted(higher).weights
    np.testing.assert_allclose(again["absolute"], with_["absolute"], atol=1e-9)
    np.testing.assert_allclose(again["huber"], with_["huber"], atol=1e-9)
    assert np.abs(again["squared"] - with_["squared"]).max() > 0.02


def test_descent_does_not_arrive_at_a_high_degree(view):
    for seed in range(8):
        high = fitted(view.curves.with_("sample.seed", seed))
        low = fitted(view.curves.with_("sample.seed", seed).with_("degree", 3))
        assert high.excess > 0.005 and high.excess > 10 * low.excess
        assert high.condition > 1e5 > 1e3 > low.condition
        later = fitted(view.curves.with_("sample.seed", seed).with_("updates", 5000))
        assert 1e-4 < later.excess < high.excess
        ridge = fitted(view.curves.with_("sample.seed", seed).with_("ridge", 0.1))
        assert ridge.condition < 100 and ridge.excess < 1e-6


def descents(view, seed, **settings):
    config = view.inputs.with_("seed", seed)
    for name, value in settings.items():
        config = config.with_(name, value)
    return compared(config).descents


def test_centring_rounds_the_valley(view):
    assert view.inputs.prepared == "raw"
    for seed in range(10):
        found = descents(view, seed)
        raw, centred = found["raw"], found["centred"]
        assert raw.condition > 20 and centred.condition < 2.5
        assert centred.reached < 10 and raw.reached > 3 * centred.reached
        assert raw.turns > 20


def test_positive_inputs_zig_zag(view):
    for seed in range(10):
        found = descents(view, seed)
        raw, centred = found["raw"], found["centred"]
        assert (raw.x > 0).all() and raw.same_sign == 1 and raw.turns > 10
        assert raw.best[0] > 0 > raw.best[1], "down to the right of the start"
        assert centred.same_sign < 0.85
        assert centred.reached < raw.reached


def test_another_unit_stretches_the_valley(view):
    for seed in range(10):
        found = descents(view, seed)
        assert 0.7 < found["centred"].condition / found["raw"].condition < 1.4
        assert found["raw"].condition > 50 and found["scaled"].condition < 2
        assert 0.7 < found["centred"].reached / found["raw"].reached < 1.4
        assert found["scaled"].reached < 10


def test_zero_one_cannot_be_descended(view):
    for seed in range(10):
        found = race(view.losses.with_("plane.seed", seed))
        row = found.row("zero_one")
        assert (found.weights[row] == found.weights[row, 0]).all()
        assert not found.pushes[row].any()
        assert 0.25 < found.wrong[row, -1] / len(found.y) < 0.75
        moved = np.abs(found.weights[:, -1] - found.weights[:, 0]).max(-1)
        assert moved.argmin() == row and np.sort(moved)[1] > 0.01


def test_too_right_is_wrong_for_the_squared_loss(view):
    found = race(view.losses)
    wrong = dict(zip(found.ids, found.wrong[:, -1], strict=True))
    assert found.separable
    assert wrong["squared"] > 0 == wrong["hinge"] == wrong["logistic"]
    far = found.x[:, 0] > 1.5
    pushes = dict(zip(found.ids, found.pushes, strict=True))
    assert pushes["squared"][far].min() > 0.1 and pushes["hinge"][far].max() == 0
    assert pushes["logistic"][far].max() < 0.001


def test_separable_points_have_no_optimum(view):
    found = race(view.losses)
    row = found.row("logistic")
    length = np.linalg.norm(found.weights[row, :, 1:], axis=-1)
    assert found.separable and found.wrong[row, -1] == 0 and found.pushes[row].max() > 0.01
    assert (np.diff(length[-500:]) > 0).all()
    held = race(view.losses.with_("penalty", 0.1))
    assert np.isfinite(held.best).all()


def test_cross_entropy_is_entropy_and_divergence(view):
    for right in range(1, 5):
        found = inform(view.softmax.with_("right", right))
        assert min(found.entropy, found.divergence) > 0.01
        assert found.terms.sum() == pytest.approx(found.entropy + found.divergence)


def test_adding_a_number_breaks_softmax(view):
    found = inform(view.softmax)
    for bits, last in (("16", 11), ("32", 89)):
        plain = found.errors[f"float{bits}_plain"]
        works = np.isfinite(plain) & (plain < 0.01)
        assert works[last - 5 > OFFSETS].all() and not works[last < OFFSETS].any()
        assert found.errors[f"float{bits}_shifted"].max() < 0.05


def test_the_draw_decides_not_the_loss(view):
    """A few percent between the means, ten between the draws, and the sentences say so."""
    found = losses_seeds.over_seeds(view.losses)
    means = 100 * found.wrong.mean(1)
    assert np.ptp(means) < 3 < 8 < (100 * np.ptp(found.wrong, axis=1)).min()
    verdicts = [verdict for _, _, verdict in found.comparison.against_best()]
    assert not verdicts[0].real and sum(verdict.real for verdict in verdicts) <= 1


def test_a_lower_loss_with_no_right_answer(view):
    found = likelihood(view.answers)
    other = likelihood(view.answers.with_("preset", "sure"))
    assert view.examples == "many" and found.accuracy == 0 and f"{found.loss:.2f}" == "0.79"
    assert other.accuracy == 7 / 8 and other.loss > found.loss
    assert other.terms.max() > other.terms.sum() / 2


def test_a_boundary_cannot_be_sampled(view):
    assert view.density.draw == 1
    for seed in range(10):
        config = view.density.with_("clouds.seed", seed)
        found = classified(config)
        assert found.sampled is None and "logistic" not in found.densities
        apart = (found.maps["logistic"] > 0.5) != (found.maps["lda"] > 0.5)
        assert apart.mean() < 0.1, "nearly the same line"
        for method in METHODS[1:]:
            points, classes = classified(config.with_("method", method)).sampled
            assert len(points) == 150 and 30 < classes.sum() < 120


def over(view, seed, **settings):
    config = view.density
    for name, value in settings.items():
        config = config.with_(name, value)
    return crossover(config.clouds.with_("seed", seed), config.penalty, config.extra)


def ahead(found, size, one, other):
    """By how much one is ahead of another, with its interval."""
    ids, comparison = found.at(size)
    return comparison.verdict(ids.index(one), ids.index(other))


def test_a_small_cloud_in_a_large_one(view):
    for seed in range(5):
        found = classified(view.density.with_("clouds.seed", seed))
        inside = found.maps["qda"] < 0.5
        edge = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
        assert inside.any() and not edge.any(), "a closed curve"
        verdict = ahead(over(view, seed), int(view.density.size), "qda", "lda")
        assert verdict.real and verdict.difference > 0.1


def test_strays_pull_a_density(view):
    for seed in range(5):
        verdict = ahead(over(view, seed), 250, "logistic", "lda")
        assert verdict.real and verdict.difference > 0.02
    found = classified(view.density)
    made, _ = found.sampled
    near = np.abs(made[:, None] - found.x).max(-1).min(1)
    assert found.right["logistic"] >= found.right["lda"]
    assert (near > 0.4).sum() > 5, "points where there are none"


def test_few_points_favour_assumptions(view):
    for seed in range(5):
        found = over(view, seed)
        few, many = (ahead(found, size, "bayes", "logistic") for size in (16, 250))
        assert few.real and few.difference > 0.02
        assert many.real and many.difference < 0
        assert 16 < found.crossed("bayes") <= 250 and found.sure("bayes")


def pictures_of(view, kept):
    """What comes with the app, over its five seeds."""
    work = view.features.work
    return gathered(work, shipped(kept, work).frames)


def test_who_knows_the_features_needs_few_pictures(view, kept):
    """Each lead is larger than what the seed does."""
    found = pictures_of(view, kept)
    comparison = found.at("shape", 60)
    rules, *features, pixels, cnn = range(5)
    assert view.features.given == "shape" and comparison.order[0] == rules
    for one in features:
        assert comparison.verdict(one, cnn).real and comparison.verdict(one, cnn).difference > 0.4
        assert comparison.values[one].mean() > 0.75
    assert comparison.values[rules].min() > 0.95 and comparison.values[pixels].mean() < 0.25


def test_features_nobody_thought_of(view, kept):
    found = pictures_of(view, kept)
    assert view.features.given == "edges"
    comparison = found.at("edges", 2000)
    cnn = comparison.values[4]
    assert cnn.min() > 0.9 and comparison.values[1:4].max() < 0.5
    assert all(comparison.verdict(4, other).real for other in (1, 2, 3))
    gained = found.gained("edges", found.sizes.index(200))
    assert gained.argmax() == 4 and gained[4] > 0.4 and gained[1:4].max() < 0.2
    assert found.overtaken("svm:edges") == found.overtaken("logistic:edges") == 60


def test_lit_from_one_side(view, kept):
    found = pictures_of(view, kept)
    assert view.features.variant == "light"
    comparison = found.at("shape", 2000, "light")
    assert comparison.order[0] == 4 and comparison.values[4].min() > 0.8
    assert comparison.values[:3].mean(1).max() < 0.35
    before = found.at("shape", 2000).values
    assert before[:3].min() > 0.95, "they were right before"
    for other in ("channels", "noise"):
        assert found.at("shape", 2000, other).values[4].mean() < 0.85
