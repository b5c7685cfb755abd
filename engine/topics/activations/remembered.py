"""Which first weights were drawn lately? Fifty rotations take longer to draw than to use."""

from functools import lru_cache

import torch
from torch import Tensor

from engine.device import generator
from engine.nn.initialisers import Initialiser

MOST = 300  # weights, 256 × 256 at the largest: 75 MiB


@lru_cache(MOST)
def weight_of(rule: Initialiser, seed: int, name: str, shape: tuple[int, int]) -> Tensor:
    """The weight (out, in) float32 of a layer of that name, as `Layers.reset` draws it.

    Shared by all who ask: read it, do not write to it.
    """
    weight = torch.empty(shape)
    rule.fill(weight, generator(seed, "weights", name))
    return weight
