"""What is an order of pixels, and what does "the previous k pixels" mean in it?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.autoregressive.masks import order_of
from engine.config import Part
from engine.registry import Registry

Pixels = NDArray[np.int64]


class Order(Part):
    """A permutation of the pixels. The chain rule holds for every one of them."""

    def pixels(self, height: int, width: int) -> Pixels:
        """(H * W,) int64: the pixel, row * W + column, that is generated first, second, …"""
        raise NotImplementedError


def previous(pixels: Pixels, target: int, k: int) -> Pixels:
    """The (at most) k pixels generated just before a target, nearest in the order first.

    Args:
        pixels: (N,) a permutation, as `Order.pixels` gives it.
        target: a pixel, row * W + column.
        k: length of the history.
    """
    place = int(np.flatnonzero(pixels == target)[0])
    return pixels[max(0, place - k) : place][::-1]


def ranks(
    channels: int,
    height: int,
    width: int,
    channel_order: Sequence[int] | None = None,
    pixels: Pixels | None = None,
) -> NDArray[np.int64]:
    """(C, H, W) int64 from 0: when each dimension is generated, channel by channel in each pixel.

    Args:
        channel_order: first generated first; None: 0, 1, 2.
        pixels: (H * W,) permutation; None: row by row, each from left to right.
    """
    place = np.arange(height * width) if pixels is None else np.argsort(pixels)
    within = np.argsort(order_of(channels, channel_order))
    return (place[None] * channels + within[:, None]).reshape(channels, height, width)


ORDERS: Registry[Order] = Registry("pixel order")
