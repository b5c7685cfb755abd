"""How high is a surface everywhere, in and around what walks have seen of it?"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.walk import Paths

Floats = NDArray[np.float64]
BEYOND = 0.5  # of the extent, that a picture grows by on each side at most


@dataclass(frozen=True, slots=True)
class Picture:
    """Heights on a grid of a box."""

    x1: Floats  # (S,)
    x2: Floats  # (S,)
    height: Floats  # (S, S) rows from the lowest x2
    lowest: float  # of the grid and the known minima


def box_of(surface: Surface, paths: Paths | None = None) -> tuple[tuple[float, float], ...]:
    """The surface's extent, grown to where walks went, but at most by half of it a side.

    Returns:
        (lowest, highest) of x1 and of x2.
    """
    box = []
    for axis, (low, high) in enumerate(surface.extent):
        reach = (high - low) * BEYOND
        if paths is not None:
            seen = paths.positions[..., axis]
            seen = seen[np.isfinite(seen)].clip(low - reach, high + reach)
            margin = 0.03 * (high - low)
            if len(seen) and seen.min() < low:
                low = float(seen.min()) - margin
            if len(seen) and seen.max() > high:
                high = float(seen.max()) + margin
        box.append((low, high))
    return tuple(box)


def picture(surface: Surface, box: tuple[tuple[float, float], ...], side: int) -> Picture:
    """Heights without noise on side × side points of a box, its borders included."""
    x1, x2 = (np.linspace(low, high, side) for low, high in box)
    a, b = torch.meshgrid(torch.from_numpy(x1), torch.from_numpy(x2), indexing="xy")
    height = surface.height(a, b).numpy()
    minima = surface.value(torch.tensor(surface.minima, dtype=torch.float64))
    return Picture(x1, x2, height, float(min(height.min(), minima.min())))
