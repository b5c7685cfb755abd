"""Where do 4x4 pictures come from? Distributions that are known for all 65,536 of them."""

from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from engine.config import Config, knob
from engine.device import generator

SIDE = 4
PIXELS = SIDE * SIDE
COUNT = 1 << PIXELS
SHAPE = (1, SIDE, SIDE)
Floats = NDArray[np.float64]
Painted = Annotated[int, Field(ge=0, lt=COUNT)]  # bit i is pixel i, row by row
PAINTED: tuple[int, ...] = (0b0110_1001_1001_0110, 0b1111_1001_1001_1111, 0b1001_0110_0110_1001)


class Source(Config):
    """A distribution over all black-and-white pictures of 4x4 pixels."""

    kind: Literal["bars", "ising", "own"] = knob(
        "bars",
        "Pictures",
        "Rows or columns that are on; spins that like their neighbours' value; painted ones.",
        options={"bars": "bars", "ising": "Ising field", "own": "your own"},
    )
    noise: float = knob(
        0.02, "Pixel noise", "Chance that a pixel is turned over.", ge=0.001, le=0.5, log=True
    )
    coupling: float = knob(
        0.4, "Coupling J", "How much neighbours like to be alike; below 0: unlike.",
        ge=-1.5, le=1.5, step=0.05,
    )  # fmt: skip
    field: float = knob(0.0, "Field h", "Above 0: more white.", ge=-1, le=1, step=0.05, more=True)
    own: tuple[Painted, ...] = Field(PAINTED, min_length=1, max_length=8)


@lru_cache(maxsize=1)
def everything() -> NDArray[np.uint8]:
    """(65536, 16) all pictures; pixel i of picture k is bit i of k. Shared: read it only."""
    bits: NDArray[np.uint8] = (
        (np.arange(COUNT)[:, None] >> np.arange(PIXELS)) & 1
    ).astype(np.uint8)  # fmt: skip
    bits.setflags(write=False)
    return bits


def pictures() -> Tensor:
    """(65536, 1, 4, 4) int64, in the order of `everything`."""
    return torch.from_numpy(everything().astype(np.int64)).view(-1, *SHAPE)


@lru_cache(maxsize=16)
def distribution(source: Source) -> Floats:
    """p(x) of all pictures, (65536,), sums to 1. Shared: read it only."""
    match source.kind:
        case "ising":
            p = _ising(source.coupling, source.field)
        case "bars":
            p = _noisy(*_bars(), source.noise)
        case _:
            alike = np.full(len(source.own), 1 / len(source.own))
            p = _noisy(np.array(source.own), alike, source.noise)
    p.setflags(write=False)
    return p


def _bars() -> tuple[NDArray[np.int64], Floats]:
    """Rows or columns with equal chance, each of the four on or off with equal chance.

    Source: MacKay 2003, Information theory, inference, and learning algorithms, section 43.2.
    """
    rows = [sum(0b1111 << SIDE * r for r in range(SIDE) if lines >> r & 1) for lines in range(16)]
    columns = [sum(0x1111 << c for c in range(SIDE) if lines >> c & 1) for lines in range(16)]
    return np.array(rows + columns), np.full(32, 1 / 32)


def _noisy(clean: NDArray[np.int64], weights: Floats, noise: float) -> Floats:
    """Each pixel of a clean picture is turned over with a small chance."""
    p = np.zeros(COUNT)
    every = np.arange(COUNT)
    for picture, weight in zip(clean, weights, strict=True):
        turned = np.bitwise_count(every ^ int(picture))
        p += weight * noise**turned * (1.0 - noise) ** (PIXELS - turned)
    return p / p.sum()


def _ising(coupling: float, field: float) -> Floats:
    """p ∝ exp(J sum of s_i s_j over neighbours + h sum of s_i), s = ±1, no neighbours outside.

    Source: Ising 1925, Beitrag zur Theorie des Ferromagnetismus.
    """
    s = 2.0 * everything().reshape(-1, SIDE, SIDE) - 1
    alike = (s[:, 1:] * s[:, :-1]).sum((1, 2)) + (s[:, :, 1:] * s[:, :, :-1]).sum((1, 2))
    energy = coupling * alike + field * s.sum((1, 2))
    p: Floats = np.exp(energy - energy.max())
    return p / p.sum()


def drawn(source: Source, count: int, seed: int, purpose: str) -> Tensor:
    """(count,) int64 numbers of pictures, drawn from the source."""
    u = torch.rand(count, generator=generator(seed, "4x4", purpose), dtype=torch.float64).numpy()
    found = np.searchsorted(np.cumsum(distribution(source)), u, side="right")
    return torch.from_numpy(np.minimum(found, COUNT - 1))


def entropy(p: Floats) -> float:
    """Bits a picture."""
    seen = p[p > 0]
    return float(-(seen * np.log2(seen)).sum())
