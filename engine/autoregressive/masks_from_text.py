"""Which masks does a text of 0 and 1 stand for? What somebody pressed, cell by cell, in a link."""

import numpy as np

from engine.autoregressive.masks import Mask, Masks, channel_matrix, lift
from engine.autoregressive.schemes import SCHEMES


def cells_of(text: str, side: int) -> Mask | None:
    """(side, side) from as many 0 and 1, row by row; None where the text is something else."""
    if len(text) != side**2 or set(text) - {"0", "1"}:
        return None
    return np.array([c == "1" for c in text]).reshape(side, side)


def text_of(cells: Mask) -> str:
    return "".join("1" if cell else "0" for cell in cells.ravel())


def written(kernel: int, first: str, later: str, channels: tuple[str, str] | None = None) -> Masks:
    """One mask a layer; whatever is no mask is that of a single stack.

    Args:
        kernel: side of the filters.
        first, later: cells of the first layer and of all later ones.
        channels: of a colour picture, the 3 × 3 channel matrices of the centre cell.
    """
    single = SCHEMES["single"]().masks(kernel).main
    cells = [
        _or(cells_of(text, kernel), mask[0, 0])
        for text, mask in zip((first, later), single, strict=True)
    ]
    if channels is None:
        return Masks((lift(cells[0]), lift(cells[1])))
    centres = [
        _or(cells_of(text, 3), right)
        for text, right in zip(
            channels, (channel_matrix("A", range(3)), channel_matrix("B", range(3))), strict=True
        )
    ]
    return Masks((lift(cells[0], centres[0]), lift(cells[1], centres[1])))


def _or(found: Mask | None, default: Mask) -> Mask:
    return default if found is None else found
