"""The shipped densities are what their files say, and better than what came before PixelCNN."""

import json
from math import log

import numpy as np
import pytest
import torch

from engine.autoregressive.bits_per_value import bits_of, posterior
from engine.autoregressive.coding.pictures import HEADER, decode, encode
from engine.autoregressive.sampling import sample, uniforms
from engine.topics.autoregressive import shipped as module
from engine.topics.autoregressive.classifier import accuracy, rival
from engine.topics.autoregressive.shipped import build, names, shipped


def test_digits_and_letters_are_shipped_and_small():
    assert names() == ["digits", "glyphs", "letters"]
    assert sum(path.stat().st_size for path in module.FOLDER.glob("*")) < 4e6


@pytest.mark.parametrize("name", ["digits", "glyphs", "letters"])
def test_held_out_bits_are_as_stated(name):
    found = shipped(name)
    test = found.config.pictures().test
    bits = bits_of(found.model, test.x.long(), test.y).mean()
    assert bits == pytest.approx(found.measured["bits_per_dim"]["test"], abs=1e-3)


@pytest.mark.parametrize("name", ["digits", "glyphs", "letters"])
def test_they_beat_the_baselines_within_a_quarter_of_an_hour_of_training(name):
    told = shipped(name).measured
    bits = told["bits_per_dim"]
    assert bits["test"] <= 0.9 * bits["nade"] and bits["test"] <= 0.8 * bits["independent"]
    assert told["seconds"] < 900


def test_letters_that_are_drawn_look_like_those_that_were_asked_for():
    """By the nearest of many real letters, which is right for nearly all real ones."""
    found = shipped("letters")
    data, top = found.config.pictures(), found.model.levels - 1
    known, held = ((p.x.flatten(1).float() / top, p.y) for p in (data.train, data.test))

    def right(x, y) -> float:
        nearest = torch.cdist(x.flatten(1).float() / top, known[0]).argmin(1)
        return float((known[1][nearest] == y).float().mean())

    asked = torch.arange(26).repeat(4)
    drawn = sample(found.model, uniforms((len(asked), 1, 16, 16), 3), asked).x
    assert right(held[0] * top, held[1]) > 0.95
    assert right(drawn, asked) > 0.7
    small = shipped("glyphs")
    near = sample(small.model, uniforms((len(asked), 1, 16, 16), 3), asked).x
    assert right(near, asked) < right(drawn, asked) - 0.1, "a field of 8 rows of 16"


def test_the_stated_independent_bits_are_those_of_counting():
    """Marginals by counting, smoothed, class by class: an independent computation."""
    found = shipped("digits")
    data = found.config.pictures()
    total, values = 0.0, 0
    for label in range(10):
        train, test = (p.x[p.y == label, 0].numpy() for p in (data.train, data.test))
        counts = np.stack([(train == k).sum(0) for k in range(17)]) + 0.1  # (17, 8, 8)
        p = counts / counts.sum(0)
        chosen = np.take_along_axis(p, test.astype(int), axis=0)
        total, values = total - np.log2(chosen).sum(), values + test.size
    assert total / values == pytest.approx(found.measured["bits_per_dim"]["independent"], rel=0.05)


def test_digits_classify_by_bayes_and_compress():
    found = shipped("digits")
    test = found.config.pictures().test
    p = posterior(found.model, test.x[:60].long())
    assert p.sum(1) == pytest.approx(np.ones(60))
    assert (p.argmax(1) == test.y[:60].numpy()).mean() > 0.9
    sizes = []
    for x, y in zip(test.x[:10].long(), test.y[:10].tolist(), strict=True):
        data = encode(found.model, x[None], y)
        assert torch.equal(decode(found.model, data)[0], x[None])
        bits = bits_of(found.model, x[None], torch.tensor([y])).sum()
        sizes.append(8 * (len(data) - HEADER) - bits)
    assert min(sizes) > -2 and max(sizes) < 10


def test_the_stated_accuracy_is_that_of_the_weights():
    found = shipped("digits")
    noted = found.measured["classification"]
    assert accuracy(found.model, found.config.pictures()) == (
        pytest.approx(noted["bayes"], abs=1e-4), noted["pictures"]
    )  # fmt: skip
    assert rival(found.config).key == noted["key"], "the network beside it has changed: ship again"


def test_posterior_by_hand():
    model = shipped("digits").model
    x = shipped("digits").config.pictures().test.x[:1].long()
    logs = torch.stack([model(x, torch.tensor([k])).sum() for k in range(10)]).double()
    assert posterior(model, x)[0] == pytest.approx(logs.softmax(0).detach().numpy(), abs=1e-5)


def test_what_is_damaged_or_unknown_is_said_in_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="No weights named 'mnist'"):
        shipped("mnist")
    config = shipped("digits").config
    whole = (module.FOLDER / "digits.safetensors").read_bytes()
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        build(config, whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="of another network"):
        build(config.with_("model.layers", 3), whole)
    from safetensors.torch import load, save

    state = load(whole)
    first = next(iter(state))
    state[first][...] = float("nan")
    with pytest.raises(ValueError, match="not numbers"):
        build(config, save(state))


def test_the_json_names_its_config():
    for name in names():
        told = json.loads((module.FOLDER / f"{name}.json").read_text())
        assert told["config"]["kind"] == "density" and told["measured"]["parameters"] > 1000


def test_bits_are_the_log_likelihood_of_the_model():
    found = shipped("glyphs")
    test = found.config.pictures().test
    x, y = test.x[:3].long(), test.y[:3]
    expected = -found.model(x, y).detach().numpy() / log(2)
    assert np.allclose(bits_of(found.model, x, y), expected, atol=1e-5)
