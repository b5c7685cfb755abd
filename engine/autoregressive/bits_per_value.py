"""How many bits does a model spend on pictures, and where? On real ones, and on corrupted ones."""

from collections.abc import Sequence
from math import log

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.autoregressive.density import Density, quantise
from engine.device import generator

AT_ONCE = 128  # pictures


@torch.no_grad()
def bits_of(model: Density, x: Tensor, y: Tensor | Sequence[int]) -> NDArray[np.float32]:
    """(n, C, H, W) bits that each value costs given all before it.

    Args:
        x: (n, C, H, W) integer levels.
        y: (n,) classes; not looked at by a model that is not conditional.
    """
    y = torch.as_tensor(y)
    found = [
        -model(some.long(), classes if model.classes else None) / log(2)
        for some, classes in zip(x.split(AT_ONCE), y.split(AT_ONCE), strict=True)
    ]
    bits: NDArray[np.float32] = torch.cat(found).cpu().numpy()
    return bits


@torch.no_grad()
def posterior(model: Density, x: Tensor) -> NDArray[np.float64]:
    """(n, classes) p(y | x) by Bayes from p(x | y), all classes being equally likely before.

    log p(y | x) = log p(x | y) - log sum_y' p(x | y').

    Raises:
        ValueError: the model is not conditional.
    """
    if not model.classes:
        raise ValueError("A classifier needs a conditional model: p(x | y) of every class.")
    columns = []
    for label in range(model.classes):
        y = torch.full((len(x),), label)
        columns.append(-log(2) * bits_of(model, x, y).astype(np.float64).sum((1, 2, 3)))
    logs = np.stack(columns, 1)
    p = np.exp(logs - logs.max(1, keepdims=True))
    found: NDArray[np.float64] = p / p.sum(1, keepdims=True)
    return found


def corrupted(x: Tensor, how: str, levels: int, seed: int = 0) -> Tensor:
    """The pictures, changed so that they are none any more.

    Args:
        x: (n, C, H, W) levels.
        how: inverted: K - 1 - x. shuffled: the pixels of each picture in another order.
            mirrored: left to right. noise: uniform levels.
    """
    draw = generator(seed, "spoilt", how)
    match how:
        case "inverted":
            return levels - 1 - x
        case "shuffled":
            flat = x.flatten(2)  # (n, C, H W)
            order = torch.rand(len(x), 1, flat.shape[2], generator=draw).argsort(-1)
            return flat.gather(2, order.expand_as(flat)).view(x.shape)
        case "mirrored":
            return x.flip(-1)
        case "noise":
            return torch.randint(levels, x.shape, generator=draw).to(x.dtype)
    raise ValueError(f"Pictures can be inverted, shuffled, mirrored or noise. Received: {how!r}.")


def fitted(x: Tensor, shape: tuple[int, int, int], levels: int) -> Tensor:
    """Pictures of another data set, in the size and levels of this model.

    Args:
        x: (n, C, H, W) uint8, 0 to 255.
        shape: (C, H, W) to come.

    Returns:
        (n, C, H, W) int64 levels.
    """
    channels, height, width = shape
    grey = x.float().mean(1, keepdim=True) if channels == 1 else x.float()
    scaled = F.interpolate(grey.expand(-1, channels, -1, -1), (height, width), mode="area")
    return quantise(scaled.round().to(torch.uint8), levels)


def cross_entropy(p: NDArray[np.float64], q: NDArray[np.float64]) -> tuple[float, float]:
    """(H(p), KL(p ‖ q)) in bits; their sum is the cross-entropy -sum_k p_k log2 q_k.

    Args:
        p, q: (K,) that sum to one. Where p has a value that q forbids, KL is infinite.
    """
    used = p > 0
    entropy = float(-(p[used] * np.log2(p[used])).sum())
    if (q[used] == 0).any():
        return entropy, float("inf")
    return entropy, float((p[used] * np.log2(p[used] / q[used])).sum())
