"""Can two filters count squares, and does it take a non-linearity?"""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.config import sentences
from engine.runs.events import Checkpoint, Done, Frame, Metrics, Paused
from engine.runs.work import dump, load
from engine.topics.activations.counting_findings import LATE, compared, findings, late, over_seeds
from engine.topics.activations.counting_squares import (
    CountingSquares,
    count_squares,
    first_weights,
    predict,
    responses,
)
from engine.topics.activations.square_images import ImagesConfig, bags, images
from tests.events import told

CPU = torch.device("cpu")
SMALL = CountingSquares(
    images=ImagesConfig(side=16, examples=100, most=2), seeds=2, steps=20, activations=("relu",)
)


def last(config):
    *_, done = config.run(CPU)
    assert isinstance(done, Done)
    return done


@pytest.fixture(scope="module")
def lecture():
    """The demonstration over 24 seeds, at half its usual length."""
    config = CountingSquares(steps=800)
    assert config.seeds >= 20
    events = list(config.run(CPU))
    return config, events[-1], compared(config, told(events))


def test_relu_learns_to_count(lecture):
    config, done, comparison = lecture
    r2 = over_seeds(config, done.summary, "r2")[0]
    assert np.median(r2) > 0.6
    assert r2.mean() - 2 * r2.std(ddof=1) / np.sqrt(len(r2)) > 0.5
    relu, linear, _ = findings(config, done.summary, done.weights)
    assert relu.accuracy > linear.accuracy + 0.2
    verdict = comparison.verdict(0, 1)
    assert verdict.real and verdict.low > 0.5 and verdict.seeds == config.seeds


def test_without_non_linearity_the_answer_is_one_number_the_mean(lecture):
    config, done, _ = lecture
    linear = findings(config, done.summary, done.weights)[1]
    assert linear.r2 < 0.05
    assert linear.spread < 0.15
    assert linear.constant > 0.9
    truth = images(config.images, "test").squares.mean().item()
    assert linear.mean == pytest.approx(truth, abs=0.35)


def test_the_absolute_value_does_what_relu_does(lecture):
    config, done, comparison = lecture
    absolute = findings(config, done.summary, done.weights)[2]
    assert absolute.r2 > 0.55
    assert comparison.verdict(2, 1).low > 0.4
    assert abs(comparison.verdict(2, 0).difference) < 0.2


def test_both_of_the_lectures_readouts_are_found(lecture):
    """Run one: both a of one sign, and a bias below zero. Run two: of opposite signs."""
    config, done, _ = lecture
    relu = findings(config, done.summary, done.weights)[0]
    assert 0.1 < relu.same_sign < 1
    assert relu.bias_same < 0
    assert abs(relu.bias_opposite) < 0.3


def test_an_image_holds_what_it_is_said_to_hold():
    config = ImagesConfig(examples=100)
    found = images(config)
    pixels = 25 * found.squares + 21 * found.rectangles
    assert torch.equal(found.x.abs().sum((1, 2)), pixels)
    assert set(found.x.unique().tolist()) == {-1, 0, 1}
    assert found.squares.max() == found.rectangles.max() == 3
    assert abs(found.x.sum() / found.x.abs().sum()) < 0.2  # bright and dark alike
    assert images(config.with_("signs", "positive")).x.min() == 0
    assert not torch.equal(images(config.with_("seed", 1)).x, found.x)


def test_a_bag_of_patches_answers_as_the_convolution_does():
    config = SMALL.with_("activations", ("gelu", "absolute"))
    weights = first_weights(config)
    weights["thresholds"] += torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    bag, shown = bags(config.images, 5), images(config.images, "test")
    answers = predict(config, weights, bag.patches, bag.test)  # (4, 300)
    assert bag.test.sum(1).unique().tolist() == [16 * 16]
    for run in range(4):
        maps = responses(
            config.activations[run // 2],
            weights["filters"][run].reshape(-1, 5, 5).numpy(),
            weights["thresholds"][run].numpy(),
            shown.x,
        )
        expected = maps.sum((2, 3)) @ weights["readout"][run].numpy() + weights["bias"][run].item()
        np.testing.assert_allclose(answers[run].numpy(), expected, rtol=2e-4, atol=2e-3)


def test_every_activation_starts_from_the_same_weights():
    weights = first_weights(SMALL.with_("activations", ("relu", "linear")))
    for value in weights.values():
        assert torch.equal(*value.chunk(2))
    assert not torch.equal(weights["filters"][0], weights["filters"][1])


def test_together_is_as_alone():
    both = last(SMALL.with_("activations", ("tanh", "relu")))
    alone = last(SMALL)
    for name, value in alone.weights.items():
        torch.testing.assert_close(both.weights[name][2:], value, rtol=1e-3, atol=1e-4)


def test_a_paused_run_ends_where_an_uninterrupted_one_does():
    for event in count_squares(SMALL, CPU, until=10):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused) and event.step == 10
    *_, rest = count_squares(SMALL, CPU, start=state)
    for name, value in last(SMALL).weights.items():
        assert torch.equal(rest.weights[name], value)
    with pytest.raises(ValueError, match="does not fit"):
        next(count_squares(SMALL.with_("seeds", 3), CPU, start=state))


def test_frames_and_metrics_tell_all_runs():
    events = list(SMALL.run(CPU))
    frame = next(e for e in events if isinstance(e, Frame))
    assert frame.arrays["filters"].shape == (2, 2, 5, 5)
    assert frame.arrays["prediction"].shape == (2, 100)
    values = next(e for e in events if isinstance(e, Metrics)).values
    assert {"r2:0", "r2:1", "accuracy:1", "spread:0", "mean:1", "loss:0"} <= set(values)


def test_a_diverged_run_is_left_out_and_counted():
    config = SMALL.with_("optimizer", "gradient_descent").with_("learning_rate", 1.0)
    done = last(config)
    (found,) = findings(config, done.summary, done.weights)
    assert found.diverged == 1 and np.isnan(found.r2)


def test_it_is_a_kind_of_work():
    assert load(dump(SMALL)) == SMALL


def test_what_does_not_fit_is_refused_with_a_sentence():
    for wrong, said in [
        ({"activations": ("prelu",)}, "cannot be compared"),
        ({"activations": ()}, "At least one"),
        ({"size": 4}, "must be odd"),
        ({"seeds": 65}, "at most 64"),
    ]:
        with pytest.raises(ValidationError) as caught:
            CountingSquares(**wrong)
        assert said in sentences(caught.value)[0]


def test_a_verdict_is_of_the_last_evaluations_not_of_a_moment():
    steps = np.arange(30)
    jumps = np.where(steps == 29, -1.0, 0.9)
    history = {"r2:0": (steps, jumps), "r2:1": (steps[:20], jumps[:20])}
    found = late(SMALL, history, "r2")[0]
    assert found[0] == pytest.approx((9 * 0.9 - 1) / LATE)
    assert np.isnan(found[1]), "it has diverged"
    assert compared(SMALL, history).values[0].tolist() == [found[0], found[0]]


def test_a_seed_that_diverged_is_the_worst_of_all():
    done = last(SMALL)
    summary = {name: v for name, v in done.summary.items() if not name.endswith(":1")}
    (found,) = findings(SMALL, summary | {"r2:0": 0.4}, done.weights)
    assert (found.r2, found.diverged) == (0.4, 0.5), "the worst that is known"
    (none,) = findings(SMALL, {}, done.weights)
    assert np.isnan(none.r2) and none.diverged == 1
