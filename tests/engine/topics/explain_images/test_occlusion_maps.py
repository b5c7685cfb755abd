"""Do the three maps say what is lost where the square lies?"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from engine.networks.classifiers import classifier
from engine.runs.events import Checkpoint, Done, Frame, Paused, Started
from engine.topics.explain_images.dream.question import held_out
from engine.topics.explain_images.occlusion_maps import (
    Occlude,
    OcclusionMaps,
    OcclusionMapsConfig,
    colour,
    effort,
    occlusion_maps,
    places,
)
from tests.engine.topics.explain_images.dream.subjects import classifier_of, cnn


def two_corners() -> nn.Sequential:
    """Logits: 8 times the sum of a copy of the top left 4 x 4 corner, and 5, whatever is seen."""
    model = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False), nn.Flatten(), nn.Linear(128, 2))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([0.5, 1.0]).view(2, 1, 1, 1))  # the second is stronger
        model[2].weight.zero_()
        model[2].bias.copy_(torch.tensor([0.0, 5.0]))
        corner = torch.zeros(2, 8, 8)
        corner[1, :4, :4] = 1
        model[2].weight[0].copy_(corner.flatten())
    return model


def test_all_three_maps_of_a_network_that_looks_at_one_corner():
    network = classifier_of(two_corners(), (1, 8, 8), 2)
    x = torch.ones(1, 8, 8)  # grey squares are 0 here: mean 0.5
    found = occlusion_maps(network, x, 0, OcclusionMapsConfig(layer="0", window=4, stride=2))
    covered = np.outer([16, 8, 0], [1, 0.5, 0])  # pixels of the corner below the square
    assert (found.rows == [2, 4, 6]).all() and (found.columns == [2, 4, 6]).all()
    assert found.channel == 1 and found.full_activity == 64 and found.full_best == 0
    np.testing.assert_allclose(found.activity, 64 - 16)  # anywhere it hides 16 pixels of the map
    logit = 16 - covered
    np.testing.assert_allclose(found.probability, 1 / (1 + np.exp(5 - logit)), rtol=1e-5)
    assert (found.best == (logit < 5)).all()
    assert found.best[0, 0] == 1 and found.best.sum() == 1


def test_a_square_over_everything_leaves_nothing_but_its_colour():
    network = cnn()
    x = torch.randn(3, 16, 16)
    config = OcclusionMapsConfig(window=16, stride=1, colour="black")
    found = occlusion_maps(network, x, 2, config)
    black = network.scale(torch.zeros(1, 3, 16, 16))
    expected = network.model(black).softmax(1)[0, 2].item()
    assert found.probability.shape == (1, 1)
    assert found.probability[0, 0] == pytest.approx(expected, rel=1e-4)


def test_many_passes_give_what_one_at_a_time_gives():
    network, x = cnn(), torch.randn(3, 16, 16)
    config = OcclusionMapsConfig(window=5, stride=1, layer="conv2")
    found = occlusion_maps(network, x, 1, config)
    for i, j in ((0, 0), (3, 11), (7, 2)):
        covered = x.clone()
        covered[:, i : i + 5, j : j + 5] = 0  # grey is the mean of 0.5
        with torch.no_grad():
            logits = network.model(covered[None])
            maps = network.model.act1(network.model.conv1(covered[None]))
            maps = network.model.conv2(network.model.pool1(maps))
        assert found.probability[i, j] == pytest.approx(logits.softmax(1)[0, 1].item(), rel=1e-4)
        assert found.best[i, j] == logits.argmax().item()
        assert found.activity[i, j] == pytest.approx(maps[0, found.channel].sum().item(), rel=1e-3)


@pytest.mark.parametrize(
    ("size", "window", "stride", "expected"),
    [
        (8, 4, 2, [0, 2, 4]),
        (8, 3, 4, [0, 4, 5]),
        (8, 8, 1, [0]),
        (8, 20, 3, [0]),
        (5, 1, 4, [0, 4]),
    ],
)
def test_the_square_reaches_both_ends_and_never_leaves(size, window, stride, expected):
    assert places(size, window, stride).tolist() == expected


def test_colours_are_what_they_are_called():
    network, x = cnn(), torch.rand(3, 16, 16)
    for name, level in (("grey", 0.5), ("black", 0.0), ("white", 1.0)):
        assert network.unscale(colour(network, x, name)).flatten().tolist() == [level] * 3
    torch.testing.assert_close(colour(network, x, "mean").flatten(), x.mean((1, 2)))


def test_too_many_places_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="larger stride"):
        occlusion_maps(
            classifier_of(nn.Identity(), (3, 64, 64), 2), torch.zeros(3, 64, 64), 0,
            OcclusionMapsConfig(window=1, stride=1),
        )  # fmt: skip


def test_the_network_and_the_picture_are_left_as_they_were():
    network, x = cnn(), torch.rand(3, 16, 16)
    before = x.clone()
    occlusion_maps(network, x, 0, OcclusionMapsConfig(window=4, stride=4))
    assert torch.equal(x, before)
    assert not any(m._forward_hooks for m in network.model.modules())
    assert not network.model.training


def test_effort_counts_multiplications():
    network = cnn((3, 16, 16), classes=4)
    assert effort(network) == 16 * 16 * 27 * 6 + 8 * 8 * 54 * 8 + 8 * 4


def test_as_work_it_fills_the_maps_pass_by_pass_and_goes_on_where_it_paused():
    square = OcclusionMapsConfig(window=2, stride=1)
    config = Occlude(network="digits", picture=3, target=1, square=square)
    network = classifier("digits")
    frames = []
    for event in config.run(torch.device("cpu")):
        if isinstance(event, Started):
            facts = event.facts
        if isinstance(event, Frame):
            frames.append(event.arrays)
    assert isinstance(event, Done)
    assert np.isnan(frames[0]["probability"]).all() and (frames[0]["best"] == -1).all()
    whole = OcclusionMaps(**frames[-1], **facts)
    alone = occlusion_maps(network, held_out(network, 3), 1, square)
    for name in ("rows", "columns", "activity", "probability", "best"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(alone, name))

    fine = config.with_("square.window", 1).with_("network", "glyphs")
    for event in fine.run(torch.device("cpu"), until=2):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused)
    *_, rest = fine.run(torch.device("cpu"), start=state)
    *_, unbroken = fine.run(torch.device("cpu"))
    assert torch.equal(rest.weights["probability"], unbroken.weights["probability"])


def test_two_who_ask_at_once_get_their_own_maps():
    network, square = cnn(), OcclusionMapsConfig(window=4, stride=1)
    pictures = torch.randn(6, 3, 16, 16)
    alone = [occlusion_maps(network, x, 1, square).activity for x in pictures]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda x: occlusion_maps(network, x, 1, square), pictures))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(other.activity, one, rtol=1e-5)
