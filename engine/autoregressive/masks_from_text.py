"""Which masks does a text of 0 and 1 stand for? What somebody pressed, cell by cell, in a link."""

import numpy as np

from engine.autoregressive.masks import Mask, Masks, Padding, channel_matrix, lift
from engine.autoregressive.schemes import SCHEMES


def cells_of(text: str, side: int) -> Mask | None:
    """(side, side) from as many 0 and 1, row by row; None where the text is something else."""
    if len(text) != side**2 or set(text) - {"0", "1"}:
        return None
    return np.array([c == "1" for c in text]).reshape(side, side)


def text_of(cells: Mask) -> str:
    return "".join("1" if cell else "0" for cell in cells.ravel())


def written(
    kernel: int,
    first: str,
    later: str,
    channels: tuple[str, str] | None = None,
    vertical: tuple[str, str] | None = None,
    padding: Padding = "zeros",
) -> Masks:
    """The masks of a network; whatever is no mask is that of a right one.

    Args:
        kernel: side of the filters.
        first, later: cells of the first layer and of all later ones.
        channels: of a colour picture, the 3 × 3 channel matrices of the centre cell.
        vertical: cells of a vertical stack; then `first` and `later` are the horizontal one's.
        padding: what lies outside the image.
    """
    right = SCHEMES["single" if vertical is None else "two_stacks"]().masks(kernel)

    def cells(texts: tuple[str, str], masks: tuple[Mask, Mask]) -> list[Mask]:
        pairs = zip(texts, masks, strict=True)
        return [_or(cells_of(text, kernel), mask[0, 0]) for text, mask in pairs]

    main, colours = cells((first, later), right.main), 1 if channels is None else 3
    centres: list[Mask] | list[None] = [None, None]
    if channels is not None:
        matrices = (channel_matrix("A", range(3)), channel_matrix("B", range(3)))
        centres = [
            _or(cells_of(text, 3), matrix) for text, matrix in zip(channels, matrices, strict=True)
        ]
    stack = None
    if vertical is not None and right.vertical is not None:
        one, other = cells(vertical, right.vertical)
        stack = (lift(one, channels=colours), lift(other, channels=colours))
    return Masks((lift(main[0], centres[0]), lift(main[1], centres[1])), stack, padding)


def _or(found: Mask | None, default: Mask) -> Mask:
    return default if found is None else found
