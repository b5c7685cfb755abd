"""How are tensors and pictures written? As safetensors, whole or not at all; nothing is pickled."""

import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors import numpy as safe_numpy
from safetensors import torch as safe_torch

from engine.runs.events import State
from engine.words import said

Arrays = dict[str, NDArray[np.generic]]


class StoreError(Exception):
    """The store cannot do this now. The message is one sentence that says what to do."""


def encode_state(state: State, about: dict[str, str] | None = None) -> bytes:
    """`about` goes into the header of the file."""
    return safe_torch.save({name: value.contiguous() for name, value in state.items()}, about)


def decode_state(data: bytes, name: str = "This file") -> State:
    """Raises StoreError for what is not a whole safetensors file."""
    try:
        return safe_torch.load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            said("{name} is not a whole safetensors file ({error}).", name=name, error=error)
        ) from None


def encode_arrays(arrays: Arrays) -> bytes:
    return safe_numpy.save({name: np.ascontiguousarray(value) for name, value in arrays.items()})


def decode_arrays(data: bytes) -> Arrays:
    try:
        return safe_numpy.load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise StoreError(said("A stored picture is damaged ({error}).", error=error)) from None


def write_whole(path: Path, data: bytes) -> None:
    """To another name first, then renamed. Raises StoreError where the disk refuses."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise StoreError(
            said("{name} could not be written: {why}.", name=path.name, why=str(error.strerror))
        ) from error


def bytes_of(path: Path) -> int:
    """Of a file, or of what a folder holds."""
    total = 0
    for part in path.glob("*") if path.is_dir() else [path]:
        with suppress(OSError):  # a draft that was renamed in the meantime
            total += part.stat().st_size
    return total


def remove(path: Path) -> None:
    """A file or a folder, as far as the disk allows."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
