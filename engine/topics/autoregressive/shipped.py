"""Which trained densities come with the app? Files of `assets/models`, so that a lecture never
depends on a training that may fail. `scripts/make_weights.py` makes them.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch

from engine.autoregressive.density import Density
from engine.paths import MODELS
from engine.runs.files import decode_state, encode_state, write_whole
from engine.runs.work import load
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


def names() -> list[str]:
    """Ids of everything shipped."""
    return sorted(path.stem for path in FOLDER.glob("*.json") if _weights(path.stem).exists())


@cache
def shipped(name: str) -> Shipped:
    """Raises ValueError with a sentence where a file is missing, damaged or of another model."""
    if name not in names():
        raise ValueError(
            said(
                "No weights named {name!r} are shipped. Known: {known}.",
                name=name[:40],
                known=", ".join(names()),
            )
        )
    told = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    config = load(json.dumps(told["config"]))
    if not isinstance(config, DensityConfig):
        raise ValueError(said("The shipped {name!r} is not a density.", name=name))
    return Shipped(name, config, build(config, _weights(name).read_bytes()), told["measured"])


def build(config: DensityConfig, data: bytes) -> Density:
    """The model of a config with the weights of a safetensors file, in evaluation mode.

    Raises:
        ValueError: the file is damaged, of another model, or holds values that are not numbers.
    """
    model = config.build(config.pictures())
    state = {name: value.float() for name, value in decode_state(data).items()}
    for name, value in state.items():
        if not value.isfinite().all():
            raise ValueError(
                said("The weights hold values that are not numbers, in {name}.", name=name)
            )
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        why = str(error).split("\n")[0]
        raise ValueError(said("These weights are of another model: {why}", why=why)) from None
    return model.eval()


def ship(name: str, config: DensityConfig, model: Density, measured: dict[str, Any]) -> None:
    """Write both files; weights in half precision, which changes bits/dim by less than 0.001."""
    half = {key: value.half() for key, value in weights_of(model).items()}
    told = {"config": {"kind": config.kind, **config.model_dump(mode="json")}, "measured": measured}
    for path, data in (
        (_weights(name), encode_state(half)),
        (FOLDER / f"{name}.json", (json.dumps(told, indent=1) + "\n").encode()),
    ):
        write_whole(path, data)


def rounded(model: Density) -> Density:
    """The model with its weights as a file holds them."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half())
    return model


def _weights(name: str) -> Path:
    return FOLDER / f"{name}.safetensors"
