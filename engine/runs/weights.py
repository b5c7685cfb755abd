"""How do trained networks come with the app? Each is two files of one folder and one name.

A safetensors file holds the weights in half precision; a JSON file says what made them and what
they reached.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from torch import nn

from engine.runs.events import State
from engine.runs.files import StoreError, decode_state, encode_state, write_whole
from engine.runs.work import Work, dump, load
from engine.words import said

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A trained network as its files have it."""

    config: Work  # what made it
    state: State  # float32
    measured: dict[str, Any]  # what it reached, seconds, device
    more: dict[str, Any] = field(default_factory=dict)  # what else is told of it


def names(folder: Path) -> list[str]:
    """Ids of everything in a folder that is whole."""
    found = sorted(path.stem for path in folder.glob("*.json"))
    return [name for name in found if path_of(folder, name).exists()]


def read(folder: Path, name: str) -> Weights:
    """Raises ValueError with a sentence where a file is missing or damaged."""
    if name not in (known := names(folder)):
        raise ValueError(
            said(
                "No weights named {name!r} are shipped. Known: {known}.",
                name=name[:40],
                known=", ".join(known),
            )
        )
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    config = load(json.dumps(facts.pop("config")))
    state = state_of(path_of(folder, name).read_bytes(), name)
    return Weights(config, state, facts.pop("measured"), facts)


def state_of(data: bytes, name: str) -> State:
    """Weights in float32 from a safetensors file.

    Raises:
        ValueError: the file is damaged, or holds values that are not numbers; a sentence.
    """
    try:
        state = decode_state(data, name)
    except StoreError as error:
        raise ValueError(error.args[0]) from None
    for key, value in state.items():
        if value.is_floating_point():
            state[key] = value.float()
            if not value.isfinite().all():
                raise ValueError(
                    said("The weights hold values that are not numbers, in {name}.", name=key)
                )
    return state


def fill(model: M, state: State) -> M:
    """The model with these weights, in evaluation mode. Raises ValueError where they do not fit."""
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        why = str(error).split("\n")[0]
        raise ValueError(said("These weights are of another network: {why}", why=why)) from None
    return model.eval()


def ship(folder: Path, name: str, what: Weights) -> None:
    """Write both files, the weights in half precision."""
    half = {k: v.half() if v.is_floating_point() else v for k, v in what.state.items()}
    facts = {"config": json.loads(dump(what.config)), **what.more, "measured": what.measured}
    write_whole(path_of(folder, name), encode_state(half))
    write_whole(folder / f"{name}.json", (json.dumps(facts, indent=1) + "\n").encode())


def path_of(folder: Path, name: str) -> Path:
    """Where the weights of a name are."""
    return folder / f"{name}.safetensors"
