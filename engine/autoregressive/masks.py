"""Through which cells of a kernel may a layer look?

A mask is a boolean array (C, C, k, k): [channel of the result, channel looked at, row, column] of a
kernel whose centre lies on the pixel itself. The cells around the centre say which pixels are seen;
the centre cell says which channels of the same pixel are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Padding = Literal["zeros", "replicate", "reflect", "circular"]


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """The masks of a whole network of one or two stacks.

    The main stack gives the outputs. A vertical stack, where there is one, is added to it in each
    layer: v_l = V * v_{l-1};  h_l = M * h_{l-1} + v_l;  v_0 = h_0 = the image.
    """

    main: tuple[Mask, Mask]  # first layer, every later layer
    vertical: tuple[Mask, Mask] | None = None
    padding: Padding = "zeros"  # what lies outside the image

    def __post_init__(self) -> None:
        shapes = set()
        for mask in (*self.main, *(self.vertical or ())):
            if mask.ndim != 4 or mask.dtype != bool or mask.shape[0] != mask.shape[1]:
                raise ValueError(
                    "A mask must be boolean of shape (channels, channels, rows, columns). "
                    f"Received: {mask.dtype} {mask.shape}; `lift` makes one from (rows, columns)."
                )
            if mask.shape[2] % 2 == 0 or mask.shape[3] % 2 == 0:
                raise ValueError(f"A kernel needs a centre: odd sides. Received: {mask.shape[2:]}.")
            shapes.add(mask.shape[0])
        if len(shapes) > 1:
            raise ValueError(f"All masks must have the same channels. Received: {sorted(shapes)}.")

    @property
    def channels(self) -> int:
        return self.main[0].shape[0]

    def layer(self, number: int) -> tuple[Mask, Mask | None]:
        """(main, vertical) of layer `number`, from 1."""
        later = int(number > 1)
        return self.main[later], self.vertical[later] if self.vertical else None


def order_of(channels: int, order: Sequence[int] | None = None) -> tuple[int, ...]:
    """The channels in the order in which they are generated; by default 0, 1, 2."""
    chosen = tuple(range(channels)) if order is None else tuple(order)
    if sorted(chosen) != list(range(channels)):
        raise ValueError(
            f"A channel order must hold each of 0 to {channels - 1} once. Received: {chosen}."
        )
    return chosen


def channel_matrix(kind: Literal["A", "B"], order: Sequence[int]) -> Mask:
    """Which channels of its own pixel a channel may look at.

    Args:
        kind: A, in the first layer: those generated before it. B, later: itself as well, because
            a feature no longer holds the value of its own channel.
        order: the channels, first generated first.

    Returns:
        (C, C) bool, [channel of the result, channel looked at].

    Source: van den Oord et al. 2016, Pixel recurrent neural networks, section 3.4.
    """
    rank = np.argsort(order_of(len(order), order))
    earlier = rank[None, :] < rank[:, None]
    return earlier if kind == "A" else earlier | np.eye(len(order), dtype=bool)


def lift(cells: Any, centre: Mask | None = None, channels: int = 1) -> Mask:
    """A mask from the cells of a kernel, the same for every pair of channels except at the centre.

    Args:
        cells: (rows, columns) of truth values.
        centre: (C, C) what is seen of the pixel itself; None: what `cells` says, for all channels.
        channels: C where `centre` is None.

    Returns:
        (C, C, rows, columns) bool.
    """
    cells = np.asarray(cells, dtype=bool)
    if cells.ndim != 2:
        raise ValueError(f"Cells must be (rows, columns). Received: shape {cells.shape}.")
    count = channels if centre is None else len(centre)
    mask = np.broadcast_to(cells, (count, count, *cells.shape)).copy()
    if centre is not None:
        mask[:, :, cells.shape[0] // 2, cells.shape[1] // 2] = centre
    return mask


def above(kernel: int) -> Mask:
    """(k, k): the rows above the centre."""
    return np.arange(kernel)[:, None].repeat(kernel, 1) < kernel // 2


def own_row(kernel: int) -> Mask:
    """(k, k): the row of the centre."""
    return np.arange(kernel)[:, None].repeat(kernel, 1) == kernel // 2


def left(kernel: int) -> Mask:
    """(k, k): the cells left of the centre in its row."""
    return own_row(kernel) & (np.arange(kernel)[None, :] < kernel // 2)


def nothing(kernel: int) -> Mask:
    return np.zeros((kernel, kernel), dtype=bool)
