"""Does inceptionism give a layer more of what it sees, on pictures that grow?"""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from engine.device import generator
from engine.runs.events import Checkpoint, Done, Frame, Metrics, Paused
from engine.topics.explain_images.dream import goals
from engine.topics.explain_images.dream.deep_dream import (
    DeepDream,
    enlarge,
    exaggerate,
    resized,
    sizes,
)
from tests.engine.topics.explain_images.dream.subjects import CPU, classifier_of, cnn, linear

SHORT = DeepDream.model_validate({"octaves": 2, "steps_each": 8, "layer": "conv2"})


def picture(shape=(3, 16, 16)):
    return torch.randn(shape, generator=generator(1, "picture")).clamp(-2, 2)


def test_the_answer_of_the_layer_grows_and_so_does_the_picture():
    scores, shapes = {}, {}
    for event in exaggerate(SHORT.with_("jitter.share", 0.0), cnn(), picture(), CPU):
        match event:
            case Metrics(step, values):
                scores[step] = values["score:0"]
            case Frame(step, arrays):
                shapes[step] = arrays["pictures"].shape
    assert isinstance(event, Done)
    for octave in (range(9), range(9, 17)):
        values = [scores[step] for step in octave]
        assert all(b > a for a, b in pairwise(values))
    assert shapes[8] == (1, 3, 23, 23) and shapes[16] == (1, 3, 32, 32)
    assert event.weights["x"].shape == (1, 3, 32, 32)


def test_one_step_on_a_layer_that_copies_adds_the_picture_to_itself():
    """With the answer a = x the slope is x / n: over its mean, x / mean|x|."""
    model = nn.Sequential(nn.Identity(), nn.Flatten(), nn.Linear(64, 2))
    network, x = classifier_of(model, (1, 8, 8), 2), picture((1, 8, 8)) / 4
    config = DeepDream.model_validate(
        {"layer": "0", "octaves": 1, "enlarge": 1, "steps_each": 1, "learning_rate": 0.1,
         "jitter": {"share": 0}}
    )  # fmt: skip
    *_, done = exaggerate(config, network, x, CPU)
    expected = (x + 0.1 * x / x.abs().mean()).clamp(-2, 2)
    torch.testing.assert_close(done.weights["x"][0], expected, atol=1e-5, rtol=1e-4)


def test_octaves_end_at_the_wished_size_and_are_never_tiny():
    config = DeepDream(octaves=4, octave_scale=2.0, enlarge=2)
    assert sizes(config, 16, 24) == [(8, 8), (8, 12), (16, 24), (32, 48)]


def test_what_shrinking_lost_is_put_back():
    original = picture()[None]
    small = resized(original, (10, 10))
    torch.testing.assert_close(enlarge(small, original, (16, 16)), original, atol=1e-5, rtol=1e-4)
    dreamt = enlarge(small + 0.5, original, (16, 16))
    torch.testing.assert_close(dreamt, original + 0.5, atol=1e-5, rtol=1e-4)


def test_one_channel_alone_can_be_exaggerated():
    x, network = picture(), cnn()
    config = SHORT.with_("channel", 3).with_("octaves", 1).with_("enlarge", 1)
    *_, done = exaggerate(config, network, x, CPU)
    before, after = (
        goals.channel(network.model, p, "conv2", 3).item() for p in (x[None], done.weights["x"])
    )
    assert after > before


def test_a_paused_dream_ends_where_an_unbroken_one_does():
    network = cnn()
    for event in exaggerate(SHORT, network, picture(), CPU, until=8):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused)
    *_, rest = exaggerate(SHORT, network, picture(), CPU, start=state)
    *_, whole = exaggerate(SHORT, network, picture(), CPU)
    assert torch.equal(rest.weights["x"], whole.weights["x"])


def test_a_network_of_one_size_is_refused_in_a_sentence_or_taken_as_it_is():
    network = linear((1, 8, 8))
    x = picture((1, 8, 8))
    config = DeepDream(layer="1", steps_each=5)
    with pytest.raises(ValueError, match="set Enlarge and Octaves to 1"):
        list(exaggerate(config, network, x, CPU))
    *_, done = exaggerate(config.with_("octaves", 1).with_("enlarge", 1), network, x, CPU)
    assert np.isfinite(done.summary["score:0"])
