"""Where does a map say that the object is? A threshold, a box, and how well it fits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label


class Box(NamedTuple):
    """Pixels from the first to the last row and column, both included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> int:
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)


def box_of(evidence: NDArray[np.floating], threshold: float) -> Box | None:
    """The box round the largest connected part of what is above a share of the maximum.

    Args:
        evidence: (H, W); only what is positive counts.
        threshold: share of the largest value, 0..1.

    Returns:
        None where nothing is positive.

    Source: Zhou et al. 2016, section 3.1 (threshold 0.2 there).
    """
    top = float(evidence.max())
    if not top > 0:
        return None
    parts, count = label((evidence > 0) & (evidence >= threshold * top))
    sizes = np.bincount(parts.ravel(), minlength=count + 1)[1:]
    rows, columns = find_objects(parts)[int(sizes.argmax())]
    return Box(rows.start, columns.start, rows.stop - 1, columns.stop - 1)


def box_around(mask: NDArray[np.bool_]) -> Box | None:
    """The smallest box that holds a mask (H, W); None where it is empty."""
    if not mask.any():
        return None
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))


def iou(one: Box, other: Box) -> float:
    """Area of what two boxes share over the area of what they cover together, 0..1."""
    both = Box(
        max(one.top, other.top), max(one.left, other.left),
        min(one.bottom, other.bottom), min(one.right, other.right),
    )  # fmt: skip
    return both.area / (one.area + other.area - both.area)
