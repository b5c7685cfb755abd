"""Networks that are small enough to know what they like best."""

import torch
from torch import nn

from engine.device import generator
from engine.models import MODELS
from engine.networks.classifiers import Classifier
from engine.nn.layers import Layers

CPU = torch.device("cpu")


def classifier_of(model: nn.Module, shape: tuple[int, int, int], classes: int) -> Classifier:
    """A classifier on pictures of mean 0.5 and standard deviation 0.25."""
    return Classifier(
        name="small",
        label="Small",
        model=model.eval(),
        classes=tuple(str(k) for k in range(classes)),
        shape=shape,
        mean=torch.full((shape[0], 1, 1), 0.5),
        std=torch.full((shape[0], 1, 1), 0.25),
        config=None,
        measured={},
    )


def linear(shape: tuple[int, int, int] = (1, 3, 4), classes: int = 3) -> Classifier:
    """Logits W x, so that every slope is a row of W."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(torch.Size(shape).numel(), classes, bias=False))
    with torch.no_grad():
        model[1].weight.copy_(
            torch.randn(model[1].weight.shape, generator=generator(0, "test weights"))
        )
    return classifier_of(model, shape, classes)


def cnn(shape: tuple[int, int, int] = (3, 16, 16), classes: int = 4) -> Classifier:
    """Two blocks, smooth, with random weights that are large enough to prefer something."""
    layers = Layers.model_validate({"activation": "tanh", "initialiser": "he_normal"})
    model = MODELS["cnn"].model_validate({"channels": (6, 8)}).build(shape, classes, layers, 1)
    with torch.no_grad():
        model.dense.weight.mul_(8)
    return classifier_of(model, shape, classes)
