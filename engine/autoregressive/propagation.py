"""Which inputs can reach each output? Exactly, for every target at once.

A set of inputs is one row of bits, 64 to a word. A layer then is a handful of shifts and ORs over
all targets together, as the convolution it stands for; nothing passes through pixels that lie
outside the image unless the padding puts something there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.autoregressive.borders import inside
from engine.autoregressive.masks import Mask, Masks, Padding

Bits = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What every output depends on."""

    bits: Bits  # (C, H, W, words)

    @property
    def shape(self) -> tuple[int, int, int]:
        channels, height, width, _ = self.bits.shape
        return channels, height, width

    def of(self, channel: int, row: int, column: int) -> Mask:
        """(C, H, W) bool: the inputs that this output depends on."""
        return unpack(self.bits[channel, row, column], self.shape)

    def dense(self) -> Mask:
        """(C, H, W, C, H, W) bool: [target, source]."""
        return unpack(self.bits, self.shape)


def pack(sets: Mask) -> Bits:
    """(..., N) bool to (..., words) of 64 bits."""
    octets = np.packbits(sets, axis=-1, bitorder="little")
    spare = -octets.shape[-1] % 8
    padded = np.pad(octets, [(0, 0)] * (octets.ndim - 1) + [(0, spare)])
    return np.ascontiguousarray(padded).view(np.uint64)


def unpack(bits: Bits, shape: tuple[int, int, int]) -> Mask:
    """(..., words) to (..., *shape) bool."""
    octets = np.ascontiguousarray(bits).view(np.uint8)
    flat = np.unpackbits(octets, axis=-1, count=int(np.prod(shape)), bitorder="little")
    return flat.view(bool).reshape(*bits.shape[:-1], *shape)


def dilations_of(layers: int, dilation: int | Sequence[int] = 1) -> tuple[int, ...]:
    """One dilation a layer, from one number or from one a layer."""
    if layers < 1:
        raise ValueError(f"A network needs at least one layer. Received: {layers}.")
    chosen = (dilation,) * layers if isinstance(dilation, int) else tuple(dilation)
    if len(chosen) != layers or min(chosen) < 1:
        raise ValueError(
            f"Expected one dilation of at least 1 for each of {layers} layers. Received: {chosen}."
        )
    return chosen


def propagate(
    masks: Masks, layers: int, height: int, width: int, dilation: int | Sequence[int] = 1
) -> tuple[Field, ...]:
    """The field of every output after each layer.

    F_0(p) = {p};  F_l(p) = union over the cells d of mask l of F_{l-1}(p + d), for the vertical
    stack alone and for the main stack together with the vertical stack of the same layer.

    Args:
        masks: of the network.
        layers: how many, at least 1.
        height, width: of the image in pixels.
        dilation: pixels between two cells, for all layers or one a layer.

    Returns:
        One field a layer, first layer first.
    """
    inputs = masks.channels * height * width
    start = pack(np.eye(inputs, dtype=bool)).reshape(masks.channels, height, width, -1)
    vertical = main = start
    found = []
    for number, step in enumerate(dilations_of(layers, dilation), 1):
        main_mask, vertical_mask = masks.layer(number)
        main = _through(main, main_mask, step, masks.padding)
        if vertical_mask is not None:
            vertical = _through(vertical, vertical_mask, step, masks.padding)
            main |= np.bitwise_or.reduce(vertical, axis=0)  # the 1x1 link mixes all channels
        found.append(Field(main))
    return tuple(found)


def _through(field: Bits, mask: Mask, dilation: int, padding: Padding) -> Bits:
    """One masked convolution: (C, H, W, words) to the same."""
    out = np.zeros_like(field)
    sums: dict[tuple[int, ...], Bits] = {}
    done: dict[tuple[tuple[int, ...], bytes], Bits] = {}
    for result, looked_at in enumerate(mask):  # (C, k, k)
        code = np.tensordot(1 << np.arange(len(mask)), looked_at, 1)  # (k, k): which channels
        for value in np.unique(code[code > 0]):
            group = tuple(c for c in range(len(mask)) if value >> c & 1)
            cells = code == value
            key = (group, cells.tobytes())
            if group not in sums:
                sums[group] = np.bitwise_or.reduce(field[list(group)], axis=0)
            if key not in done:
                done[key] = _spread(sums[group], cells, dilation, padding)
            out[result] |= done[key]
    return out


def _spread(field: Bits, cells: Mask, dilation: int, padding: Padding) -> Bits:
    """Union over the cells: (H, W, words) to the same. Equal rows of the kernel are done once."""
    out = np.zeros_like(field)
    middle_row, middle_column = cells.shape[0] // 2, cells.shape[1] // 2
    for pattern in np.unique(cells[cells.any(axis=1)], axis=0):
        across = np.zeros_like(field)
        for column in np.flatnonzero(pattern):
            _shift(across, field, (int(column) - middle_column) * dilation, 1, padding)
        for row in np.flatnonzero((cells == pattern).all(axis=1)):
            _shift(out, across, (int(row) - middle_row) * dilation, 0, padding)
    return out


def _shift(out: Bits, field: Bits, by: int, axis: int, padding: Padding) -> None:
    """out[p] |= field[p + by] along one axis, in place."""
    size, words = field.shape[axis], field.shape[2]
    if padding != "zeros":
        out |= np.take(field, inside(np.arange(size) + by, size, padding), axis=axis)
        return
    if abs(by) >= size:
        return
    # As (H, W * words), so that the innermost loop is long.
    unit = words if axis else 1
    target, source = out.reshape(len(out), -1), field.reshape(len(field), -1)
    length = target.shape[axis]
    to = slice(max(0, -by) * unit, length - max(0, by) * unit)
    at = slice(max(0, by) * unit, length - max(0, -by) * unit)
    if axis:
        target[:, to] |= source[:, at]
    else:
        target[to] |= source[at]
