"""A picture as one row of values in the order in which they are generated, and back."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor


def in_order(z: Tensor, order: Sequence[int]) -> Tensor:
    """(B, C, H, W) to (B, N): pixel by pixel, in each of them channel by channel."""
    return z[:, list(order)].permute(0, 2, 3, 1).flatten(1)


def as_picture(parameters: Tensor, shape: tuple[int, int, int], order: Sequence[int]) -> Tensor:
    """(B, P, N) in order to (B, C, P, H, W)."""
    channels, height, width = shape
    split = parameters.unflatten(2, (height, width, channels))  # (B, P, H, W, C)
    back = np.argsort(order).tolist()
    return split[..., back].permute(0, 4, 1, 2, 3)


def check_size(z: Tensor, shape: tuple[int, int, int]) -> None:
    """These networks have weights for each place, so one size only."""
    if tuple(z.shape[1:]) != shape:
        raise ValueError(f"This model was built for {shape}. Received: {tuple(z.shape[1:])}.")
