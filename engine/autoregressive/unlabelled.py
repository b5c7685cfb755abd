"""What does a conditional model say where nobody names the class? The mean over all classes.

p(x) = (1 / Y) sum_y p(x | y),   and value by value, in the order of drawing,
p(x_i | x_<i) = p(x_<=i) / p(x_<i).
"""

from math import log

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.autoregressive.bits_per_value import bits_of
from engine.autoregressive.density import Density
from engine.device import generator


def _so_far(model: Density, x: Tensor) -> NDArray[np.float64]:
    """(Y, n, N + 1) log p(x_<i | y) in nats, values in the order of drawing; the first is 0."""
    found = []
    for label in range(model.classes):
        bits = bits_of(model, x, torch.full((len(x),), label))[:, list(model.order)]
        logs = -log(2) * bits.transpose(0, 2, 3, 1).reshape(len(x), -1).astype(np.float64)
        found.append(np.cumsum(np.pad(logs, ((0, 0), (1, 0))), axis=1))
    return np.stack(found)


def _mean(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """log of the mean of exp over the first axis."""
    top = logs.max(0)
    found: NDArray[np.float64] = top + np.log(np.exp(logs - top).mean(0))
    return found


def unlabelled_bits(model: Density, x: Tensor) -> NDArray[np.float32]:
    """(n, C, H, W) bits of each value given all before it, and no class.

    Args:
        x: (n, C, H, W) integer levels.

    Raises:
        ValueError: the model is not conditional.
    """
    _conditional(model)
    channels, height, width = model.shape
    bits = -np.diff(_mean(_so_far(model, x)), axis=1) / log(2)  # (n, N)
    inside = bits.reshape(len(x), height, width, channels).transpose(0, 3, 1, 2)
    out = np.empty_like(inside)
    out[:, list(model.order)] = inside
    return out.astype(np.float32)


def class_of_beginning(
    model: Density, levels: Tensor, given: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """(Y,) p(y | the given values that come before the first one to be drawn).

    Given values after that one are not looked at: a model of this order cannot.

    Args:
        levels: (1, C, H, W).
        given: (H, W).
    """
    _conditional(model)
    flat = given.ravel()
    before = int(np.argmin(flat)) if not flat.all() else len(flat)  # pixels
    logs = _so_far(model, levels)[:, 0, before * model.shape[0]]
    p = np.exp(logs - logs.max())
    found: NDArray[np.float64] = p / p.sum()
    return found


def classes_drawn(p: NDArray[np.float64], count: int, seed: int) -> tuple[int, ...]:
    """So many classes, each with its probability."""
    draw = generator(seed, "class of a completion")
    u = torch.rand(count, generator=draw, dtype=torch.float64).numpy()
    ends = np.cumsum(p)
    return tuple(int(k) for k in np.searchsorted(ends / ends[-1], u, side="right"))


def _conditional(model: Density) -> None:
    if not model.classes:
        raise ValueError(
            "The mean over classes needs a conditional model: p(x | y) of every class."
        )
