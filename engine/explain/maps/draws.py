"""How does a picture get the same random numbers alone as in a batch?"""

import torch
from torch import Tensor

from engine.device import generator


def draws(x: Tensor, seed: int, name: str) -> list[torch.Generator]:
    """A source of randomness for each picture.

    Args:
        x: (N, C, H, W).
        seed: one for all.
        name: what is drawn.

    Returns:
        N generators that depend on the seed, the name and the picture, not on its place.
    """
    totals = [one.double().sum().abs().item() for one in x.detach().cpu()]
    return [generator(seed, name, int(total * 1e6) % 2**31) for total in totals]
