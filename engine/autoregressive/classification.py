"""What is each pixel to a target: used, legal but missed, forbidden but seen, or none of these?"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from engine.autoregressive.masks import Mask, Masks
from engine.autoregressive.propagation import Field, dilations_of


class Kind(IntEnum):
    """Of one input, seen from one target."""

    TARGET = 0
    USED = 1  # legal and seen
    BLIND = 2  # legal, in the reachable box, and not seen
    LEAK = 3  # not generated yet, and seen
    FAR = 4  # legal, outside the reachable box
    FUTURE = 5  # not generated yet, and not seen


def reach(masks: Masks, layers: int, dilation: int | Sequence[int] = 1) -> tuple[int, int]:
    """(rows, columns) that the kernels, masks aside, reach from the target in each direction."""
    rows = columns = 0
    for number, step in enumerate(dilations_of(layers, dilation), 1):
        sizes = [mask.shape[2:] for mask in masks.layer(number) if mask is not None]
        rows += step * (max(size[0] for size in sizes) // 2)
        columns += step * (max(size[1] for size in sizes) // 2)
    return rows, columns


def box(height: int, width: int, half: tuple[int, int]) -> Mask:
    """(H, W, H, W) bool: [target, source] not further apart than (rows, columns)."""
    rows = np.abs(np.subtract.outer(np.arange(height), np.arange(height))) <= half[0]
    columns = np.abs(np.subtract.outer(np.arange(width), np.arange(width))) <= half[1]
    return rows[:, None, :, None] & columns[None, :, None, :]


def classify(
    field: Field, target: tuple[int, int, int], ranks: NDArray[np.int64], half: tuple[int, int]
) -> NDArray[np.int8]:
    """The `Kind` of every input for one target.

    Args:
        field: of the layer that is looked at.
        target: channel, row, column.
        ranks: (C, H, W) when each dimension is generated.
        half: (rows, columns) of the reachable box, from `reach`.

    Returns:
        (C, H, W) int8. The target itself is TARGET, or LEAK where it sees itself.
    """
    _, row, column = target
    _, height, width = field.shape
    seen, earlier = field.of(*target), ranks < ranks[target]
    near = (np.abs(np.arange(height) - row) <= half[0])[:, None]
    near = near & (np.abs(np.arange(width) - column) <= half[1])[None]  # (H, W)
    kinds = np.select(
        [earlier & seen, earlier & near, earlier, seen],
        [Kind.USED, Kind.BLIND, Kind.FAR, Kind.LEAK],
        Kind.FUTURE,
    ).astype(np.int8)
    if not seen[target]:
        kinds[target] = Kind.TARGET
    return kinds


def counts(kinds: NDArray[np.int8]) -> dict[Kind, int]:
    """How many inputs are of each kind; all kinds are present."""
    found = np.bincount(kinds.ravel(), minlength=len(Kind))
    return {kind: int(found[kind]) for kind in Kind}
