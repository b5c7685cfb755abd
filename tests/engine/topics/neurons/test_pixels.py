"""Are features what they are called, do rules follow geometry, and is the comparison fair?"""

import math

import numpy as np
import pytest
import torch

from engine.data.shapes import Shapes
from engine.device import generator
from engine.runs.events import Checkpoint, Done, Frame, Paused
from engine.runs.work import dump, load
from engine.scenes.render import render
from engine.scenes.scene import SHAPES, compose
from engine.topics.neurons import hand_features as hand
from engine.topics.neurons.learners import LEARNERS, Given, batches, fit
from engine.topics.neurons.pixels import (
    TESTED,
    VARIANTS,
    FeaturesOrPixels,
    FeaturesView,
    checks,
    gathered,
    new_pictures,
    varied,
)

CPU = torch.device("cpu")
SMALL = FeaturesOrPixels(most="60", updates=20, seeds=2)


def drawn(shape: str, size: int = 128, **more: float) -> np.ndarray:
    """The exact mask of one large shape in the middle."""
    _, masks = render(compose(shape, radius=0.4, **more), size)
    return masks.numpy()


@pytest.mark.parametrize(
    ("shape", "fill"),
    [
        ("square", 2 / math.pi),
        ("triangle", 3 * math.sqrt(3) / 4 / math.pi),
        ("star", 5 * 0.42 * math.sin(math.pi / 5) / math.pi),
        ("circle", 1.0),
    ],
)
def test_a_shape_fills_as_much_of_its_circle_as_geometry_says(shape: str, fill: float) -> None:
    found = hand.outlines(drawn(shape))[0]
    assert 0.97 * fill < found[1] < 1.2 * fill, "the farthest pixels are left out"
    assert (found[3] > 0.9) and hand.outlines(drawn("ring"))[0][3] < 0.1


@pytest.mark.parametrize(("shape", "corners"), [("triangle", 3), ("square", 4), ("star", 5)])
def test_corners_are_counted_whatever_the_angle(shape: str, corners: int) -> None:
    for angle in (0.0, 0.7, 2.0):
        folds = hand.outlines(drawn(shape, angle=angle))[0][-3:]
        assert hand.FOLDS[int(folds.argmax())] == corners


def test_features_of_a_plain_picture_are_known_by_hand() -> None:
    x = torch.zeros(1, 3, 8, 8)
    x[:, 0] = 0.5
    x[..., 4:] = 1.0  # the right half is white
    found = dict(zip(hand.NAMES, hand.features(x)[0], strict=True))
    assert found["mean red"] == pytest.approx(0.75) and found["mean green"] == pytest.approx(0.5)
    left = 0.5 * 0.299
    assert found["spread of grey values"] == pytest.approx((1 - left) / 2, abs=1e-6)
    assert found["left-right symmetry"] == pytest.approx(left, abs=1e-6)
    assert found["up-down symmetry"] == pytest.approx(1)
    assert found["edge density"] == pytest.approx(2 / 8)
    assert found["red 3/4"] == found["red 4/4"] == 0.5
    assert found["grey 2/8"] == found["grey 8/8"] == 0.5


def test_a_mirrored_picture_has_the_same_symmetries_and_histograms() -> None:
    x, _, _ = new_pictures(0, 20)
    plain, mirrored = hand.features(x), hand.features(x.flip(-1))
    width = hand.SETS["edges"]
    np.testing.assert_allclose(plain[:, :width], mirrored[:, :width], atol=1e-6)
    for name, count in hand.SETS.items():
        assert hand.features(x, name).shape == (20, count)
        np.testing.assert_array_equal(hand.features(x, name), plain[:, :count])


def test_what_is_measured_agrees_with_other_ways_to_it() -> None:
    x, _, masks = new_pictures(3, 100)
    found = checks(x, masks)
    assert found["sobel"] < 1e-6 and found["otsu"] < 1e-12 and found["overlap"] > 0.75


def test_rules_are_right_without_training_and_break_in_changed_light() -> None:
    x, y, _ = new_pictures(7, 300)
    right = {v: (hand.ruled(hand.features(varied(x, v, 7))) == y.numpy()).mean() for v in VARIANTS}
    assert right["same"] > 0.95 > 0.4 > right["light"]
    assert len(hand.RULES) == len(SHAPES) - 1


def test_new_pictures_are_no_training_pictures() -> None:
    x, y, _ = new_pictures(0)
    train = Shapes(examples=2000).load(0)
    assert len(x) == TESTED and torch.bincount(y).tolist() == [TESTED // len(SHAPES)] * len(SHAPES)
    rows = {row.numpy().tobytes() for row in (x * 255).round().to(torch.uint8)}
    assert not rows & {row.numpy().tobytes() for row in train.x}


def test_batches_go_through_all_rows_and_stop_after_the_updates() -> None:
    found = list(batches(101, 7, generator(0, "test")))
    assert len(found) == 7 and all(len(rows) >= 2 for rows in found)
    assert len(torch.cat(found[:2]).unique()) == 100, "two batches of fifty, the lone row left out"


def test_the_network_learns_by_heart_what_it_is_given() -> None:
    data = Shapes(examples=60).load(1)
    x = data.x[:30].float() / 255
    given = Given(x, data.y[:30], hand.features(x))
    one = fit("cnn", given, 60, 0, CPU)
    assert (one.answer(x, None) == data.y[:30].numpy()).mean() > 0.9
    assert one.numbers == 13_830 and one.seconds > 0


def test_a_run_pauses_goes_on_and_ends_alike() -> None:
    assert load(dump(SMALL)) == SMALL
    whole = list(SMALL.run(CPU))
    frames = {event.step: event.arrays for event in whole if isinstance(event, Frame)}
    assert isinstance(whole[-1], Done) and sorted(frames) == [1, 2, 3, 4]
    half = list(SMALL.run(CPU, until=2))
    assert isinstance(half[-1], Paused)
    (*_, last) = [event for event in half if isinstance(event, Checkpoint)]
    for event in SMALL.run(CPU, start=last.save()):
        if isinstance(event, Frame):
            assert event.step > 2
            np.testing.assert_array_equal(event.arrays["right"], frames[event.step]["right"])
    found = gathered(SMALL, {step: frames[step] for step in (1, 2, 3)})
    assert found.right.shape == (len(LEARNERS), len(VARIANTS), 2, 2)
    assert np.isfinite(found.right[..., 0, 1]).all() and np.isnan(found.right[..., 1, 1]).all()
    assert found.at("edges", 20) is not None and found.at("edges", 60) is None
    assert (found.said >= 0).all()


def test_from_when_on_the_network_is_ahead_is_told_by_means() -> None:
    found = gathered(SMALL, {})
    found.right[:] = 0.5
    cnn = LEARNERS.index("cnn")
    found.right[cnn, :, 1] = 0.6
    assert found.overtaken("pixels") == 60
    found.right[cnn] = 0.6
    assert found.overtaken("pixels") == 20
    found.right[cnn, :, 1] = 0.4
    assert found.overtaken("pixels") is None
    assert FeaturesView().work.sizes == (20, 60, 200, 600, 2000)
