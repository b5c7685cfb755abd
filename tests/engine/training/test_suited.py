"""Settings that work against each other are said, and others are not."""

import pytest
import torch
from torch import nn

from engine.device import generator
from engine.nn.dropout import attach
from engine.nn.layers import Layers
from engine.training.config import TrainConfig
from engine.training.suited import doubts


def said_of(**settings):
    flat = {name.replace("__", "."): value for name, value in settings.items()}
    config, problems = TrainConfig.read(flat)
    assert not problems, problems
    return " ".join(doubts(config))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"layers__activation": "selu", "layers__dropout": "0.5"}, "alpha dropout"),
        ({"layers__normalisation": "batch", "layers__dropout": "0.2"}, "shifts the variance"),
        ({"layers__normalisation": "batch", "batch_size": "2"}, "batches of 2 examples"),
        ({"layers__activation": "selu", "layers__normalisation": "layer"}, "by itself"),
        ({"layers__activation": "relu", "layers__initialiser": "xavier_normal"}, "about 0.71"),
        ({"layers__activation": "relu", "layers__initialiser": "orthogonal"}, "about 0.71"),
        ({"layers__activation": "linear", "layers__initialiser": "he_uniform"}, "about 1.41"),
        ({"layers__activation": "selu", "layers__initialiser": "he_normal"}, "about 1.41"),
        ({"layers__activation": "gelu", "layers__initialiser": "lecun_normal"}, "GELU"),
    ],
)
def test_what_does_not_go_together_is_said(settings, words):
    assert words in said_of(**settings)
    assert not said_of(model="linear", **settings), "no hidden layer is there to suffer from it"
    assert not said_of(model__hidden="", **settings)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"layers__activation": "relu", "layers__initialiser": "he_normal"},
        {"layers__activation": "tanh", "layers__initialiser": "xavier_uniform"},
        {"layers__activation": "selu", "layers__initialiser": "lecun_normal"},
        {"layers__activation": "relu", "layers__dropout": "0.5"},
        {"layers__normalisation": "layer", "layers__dropout": "0.5", "batch_size": "2"},
        {"layers__activation": "relu", "layers__initialiser": "xavier_normal",
         "layers__normalisation": "batch"},
        {"layers__activation": "linear", "layers__initialiser": "orthogonal"},
    ],
)  # fmt: skip
def test_what_goes_together_is_not_talked_about(settings):
    assert said_of(**settings) == ""


def test_selu_loses_its_variance_by_plain_dropout_as_is_said():
    stds = {}
    for share in (0.0, 0.5):
        layers = Layers(activation="selu", initialiser="lecun_normal", dropout=share)
        parts = {}
        for number in range(1, 7):
            parts |= {
                f"dense{number}": nn.Linear(512, 512),
                **layers.after(number, 512, image=False),
            }
        model = layers.reset(nn.Sequential(*parts.values()), 0).train()
        attach(model, generator(0, "dropout"))
        with torch.no_grad():
            stds[share] = float(model(torch.randn(256, 512, generator=generator(0, "x"))).var())
    assert 0.8 < stds[0.0] < 1.2 and stds[0.5] > 3
