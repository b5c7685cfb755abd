"""In which order are Jacobians multiplied, and in which direction? Counted, and measured."""

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.func import jacfwd, jacrev

from engine.config import Config, knob
from engine.device import generator

Floats = NDArray[np.float64]
WIDTHS = (8, 16, 32, 64, 128, 256)  # at which orders of products are measured
BOTH = 2**14  # inputs times outputs, where forward and reverse mode are measured
SPREAD = 3  # outputs from 2^−3 to 2^3 times √BOTH
LEAST, MOST, ENOUGH = 3, 15, 0.01  # rounds of each measurement, and seconds after which it ends


class OrderConfig(Config):
    """How long a chain of layers is whose products are counted and measured."""

    depth: int = knob(4, "Layers", "Jacobians in the product, square.", ge=2, le=8)
    hidden: int = knob(
        128,
        "Hidden units",
        "Of the network with two layers for both modes.",
        ge=32,
        le=256,
        step=32,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Two ways to the same numbers, over what makes them differ."""

    places: Floats
    counted: tuple[Floats, Floats]  # multiply-adds of each way
    seconds: tuple[Floats, Floats]  # measured
    gap: float  # largest difference of the results, relative to the largest entry

    def crossing(self, seconds: bool) -> float | None:
        """Where the first way becomes the cheaper one, between two places; None: nowhere."""
        first, second = self.seconds if seconds else self.counted
        gap = np.log(first) - np.log(second)
        for at in range(len(gap) - 1):
            if gap[at] == 0 or (gap[at] > 0) != (gap[at + 1] > 0):
                share = gap[at] / (gap[at] - gap[at + 1])
                low, high = np.log(self.places[at : at + 2])
                return float(np.exp(low + share * (high - low)))
        return None


def counted(depth: int, width: int) -> tuple[int, int]:
    """Multiply-adds of vᵀ J_L … J_1 with square Jacobians, vector first and matrices first."""
    return depth * width**2, (depth - 1) * width**3 + width**2


def orders(config: OrderConfig) -> Costs:
    """vᵀ J_L … J_1, from the vector on and from the matrices on, over the width.

    ((vᵀ J_L) J_{L−1}) … costs L n²; vᵀ (J_L (J_{L−1} …)) costs (L − 1) n³ + n².

    Source: Griewank and Walther 2008, Evaluating derivatives, sections 3.2 and 10.1.
    """
    draw = generator(0, "orders")
    seconds: tuple[list[float], list[float]] = ([], [])
    gap = 0.0
    for width in WIDTHS:
        matrices = [
            torch.randn(width, width, generator=draw, dtype=torch.float64) / width**0.5
            for _ in range(config.depth)
        ]
        v = torch.randn(1, width, generator=draw, dtype=torch.float64)
        ways = (_vector_first(v, matrices), _matrices_first(v, matrices))
        results = []
        for way, spent in zip(ways, seconds, strict=True):
            results.append(way())
            spent.append(_least(way))
        gap = max(gap, _apart(*results))
    counts = np.array([counted(config.depth, width) for width in WIDTHS], float)
    return Costs(
        np.array(WIDTHS, float),
        (counts[:, 0], counts[:, 1]),
        (np.array(seconds[0]), np.array(seconds[1])),
        gap,
    )


def _vector_first(v: Tensor, matrices: Sequence[Tensor]) -> Callable[[], Tensor]:
    def way() -> Tensor:
        found = v
        for matrix in reversed(matrices):
            found = found @ matrix
        return found

    return way


def _matrices_first(v: Tensor, matrices: Sequence[Tensor]) -> Callable[[], Tensor]:
    def way() -> Tensor:
        product = matrices[0]
        for matrix in matrices[1:]:
            product = matrix @ product
        return v @ product

    return way


def modes(config: OrderConfig) -> Costs:
    """The whole Jacobian of a network by forward mode and by reverse mode, over outputs a input.

    Forward mode goes once for each of n inputs, reverse mode once for each of m outputs, each for
    about one pass: n F against m F, so they cross where m = n.

    Source: Griewank and Walther 2008, Evaluating derivatives, sections 3.1 and 3.2; torch.func
    .jacfwd and .jacrev.
    """
    draw = generator(0, "modes")
    side, hidden = round(BOTH**0.5), config.hidden
    seconds: tuple[list[float], list[float]] = ([], [])
    ratios, counts, gap = [], [], 0.0
    with torch.inference_mode(False), torch.enable_grad():
        _load_rules()
        for power in range(-SPREAD, SPREAD + 1):
            outputs = round(side * 2.0**power)
            inputs = BOTH // outputs
            a = torch.randn(hidden, inputs, generator=draw, dtype=torch.float64) / inputs**0.5
            b = torch.randn(outputs, hidden, generator=draw, dtype=torch.float64) / hidden**0.5
            x = torch.randn(inputs, generator=draw, dtype=torch.float64)
            results = []
            both: tuple[Any, Any] = (jacfwd, jacrev)
            for mode, spent in zip(both, seconds, strict=True):
                way = _mode(mode, a, b, x)
                results.append(way())
                spent.append(_least(way))
            gap = max(gap, _apart(*results))
            ratios.append(outputs / inputs)
            once = hidden * (inputs + outputs)
            counts.append((inputs * once, outputs * once))
    table = np.array(counts, float)
    return Costs(
        np.array(ratios),
        (table[:, 0], table[:, 1]),
        (np.array(seconds[0]), np.array(seconds[1])),
        gap,
    )


@cache
def _load_rules() -> None:
    """Torch loads its rules of forward mode at the first use, with a warning about its own code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        jacfwd(torch.tanh)(torch.zeros(1))


def _mode(
    mode: Callable[..., Callable[..., Any]], a: Tensor, b: Tensor, x: Tensor
) -> Callable[[], Tensor]:
    whole: Callable[[Tensor], Tensor] = mode(lambda v: b @ torch.tanh(a @ v))
    return lambda: whole(x)


def _least(way: Callable[[], object]) -> float:
    """Seconds; the least of some rounds, which other work disturbed least."""
    spent: list[float] = []
    while len(spent) < LEAST or (len(spent) < MOST and sum(spent) < ENOUGH):
        begun = time.perf_counter()
        way()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def _apart(one: Tensor, other: Tensor) -> float:
    return ((one - other).abs().max() / other.abs().max()).item()
