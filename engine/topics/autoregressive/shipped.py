"""Which trained densities come with the app? Files of `assets/models`, so that a lecture never
depends on a training that may fail. `scripts/make_weights.py` makes them.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch

from engine.autoregressive.density import Density
from engine.paths import MODELS
from engine.runs import weights
from engine.runs.weights import Weights
from engine.topics.autoregressive.config import DensityConfig
from engine.training.checkpoint import weights_of
from engine.words import said

FOLDER = MODELS


@dataclass(frozen=True, slots=True, eq=False)
class Shipped:
    """A trained model with what made it and what it reached."""

    name: str
    config: DensityConfig
    model: Density  # in evaluation mode; shared: do not change it
    measured: dict[str, Any]  # bits/dim of the test part, of baselines, seconds, device


def names(folder: Path = FOLDER) -> list[str]:
    """Ids of everything shipped."""
    return weights.names(folder)


@cache
def shipped(name: str, folder: Path = FOLDER) -> Shipped:
    """Raises ValueError with a sentence where a file is missing, damaged or of another model."""
    found = weights.read(folder, name)
    if not isinstance(found.config, DensityConfig):
        raise ValueError(said("The shipped {name!r} is not a density.", name=name))
    model = weights.fill(_empty(found.config), found.state)
    return Shipped(name, found.config, model, found.measured)


def build(config: DensityConfig, data: bytes) -> Density:
    """The model of a config with the weights of a safetensors file, in evaluation mode.

    Raises:
        ValueError: the file is damaged, of another model, or holds values that are not numbers.
    """
    return weights.fill(_empty(config), weights.state_of(data, "This file"))


def ship(
    name: str,
    config: DensityConfig,
    model: Density,
    measured: dict[str, Any],
    folder: Path = FOLDER,
) -> None:
    """Write both files; half precision changes bits/dim by less than 0.001."""
    weights.ship(folder, name, Weights(config, weights_of(model), measured))


def _empty(config: DensityConfig) -> Density:
    return config.build(config.at_hand())


def rounded(model: Density) -> Density:
    """The model with its weights as a file holds them."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half())
    return model
