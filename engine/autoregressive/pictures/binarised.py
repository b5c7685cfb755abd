"""MNIST in black and white, in the manner in which published likelihoods were measured."""

from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import torch
from torch import Tensor

from engine.autoregressive.pictures._spec import SOURCES, Levels, Part, Source
from engine.autoregressive.pictures._stand_in import stand_in
from engine.config import About, knob
from engine.data import DATASETS, DataError, data_folder
from engine.device import generator
from engine.words import said

Draw = Literal["chance", "threshold", "published"]
MOST_BYTES = 100_000_000  # of one published text file; the largest has 78 MB
SIDE = 28
HELD_OUT = 10_000  # of the 60,000 training pictures: the last ones
FOLDER = "binarized_mnist"
FILES = {"train": 50_000, "valid": 10_000, "test": 10_000}  # pictures


@SOURCES.register
class Binarised(Source):
    about: ClassVar[About] = About(
        id="binarised",
        label="Binarised MNIST",
        summary="28x28 digits in black and white: 50,000 to learn from, 10,000 held out, the "
        "10,000 published ones to test.",
        source="Salakhutdinov and Murray 2008, On the quantitative analysis of deep belief "
        "networks; the split of Larochelle and Murray 2011",
        url="https://proceedings.mlr.press/v15/larochelle11a.html",
    )
    draw: Draw = knob(
        "chance",
        "Binarised by",
        "Chance: a pixel is white with the probability of its grey value, drawn once. Threshold: "
        "white from the middle on. Published: the file that published likelihoods are of.",
        options={"chance": "chance", "threshold": "threshold", "published": "published file"},
    )

    def load(self, seed: int) -> Levels:
        return _load(self, seed if self.draw == "chance" else 0, str(data_folder()))

    def at_hand(self, seed: int) -> Levels:
        try:
            return self.load(seed)
        except DataError:
            named = self.draw != "published"  # its lines name no classes
            return stand_in(lambda x: _cut(self, x, seed), 2, named=named)


@lru_cache(maxsize=2)
def _load(source: Binarised, seed: int, where: str) -> Levels:
    if source.draw == "published":
        train, validation, test = (_published(Path(where), name) for name in FILES)
        return Levels(train=train, validation=validation, test=test, levels=2)
    data = DATASETS["mnist"]().load(0)
    if len(data.y) - data.test <= HELD_OUT:
        raise DataError(
            said(
                "Binarised MNIST holds out {held:,} of the training pictures; only {count:,} are "
                "there.",
                held=HELD_OUT,
                count=len(data.y) - data.test,
            )
        )
    x = _cut(source, data.x, seed)
    first, second = len(x) - data.test - HELD_OUT, len(x) - data.test
    train, validation, test = (
        Part(x[rows], data.y[rows])
        for rows in (slice(0, first), slice(first, second), slice(second, len(x)))
    )
    return Levels(train=train, validation=validation, test=test, levels=2, classes=data.classes)


def _cut(source: Binarised, x: Tensor, seed: int) -> Tensor:
    return by_chance(x, seed) if source.draw == "chance" else (x >= 128).to(torch.uint8)


def by_chance(x: Tensor, seed: int) -> Tensor:
    """(…) uint8, 0 … 255, to 0 or 1: 1 with probability x / 255, drawn once for a seed."""
    u = torch.rand(x.shape, generator=generator(seed, "binarised"))
    return (u < x / 255).to(torch.uint8)


def _published(folder: Path, part: str) -> Part:
    """The text file of a part: a picture a line, 784 times 0 or 1. It names no classes."""
    count, path = FILES[part], folder / FOLDER / f"binarized_mnist_{part}.amat"
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _refused(path)
        digits = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    except OSError:
        raise DataError(
            said(
                "The published file is not here: put {name} into {folder}, or choose another way "
                "to binarise.",
                name=path.name,
                folder=path.parent,
            )
        ) from None
    if not np.isin(digits, np.frombuffer(b"01 \r\n", dtype=np.uint8)).all():
        raise _refused(path)
    bits = digits[digits >= ord("0")] - ord("0")
    if len(bits) != count * SIDE * SIDE:
        raise _refused(path)
    x = torch.from_numpy(bits.reshape(count, 1, SIDE, SIDE))
    return Part(x, torch.zeros(count, dtype=torch.int64))


def _refused(path: Path) -> DataError:
    return DataError(
        said("{path} is not the published file of zeros and ones; put it there anew.", path=path)
    )
