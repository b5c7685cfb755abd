"""How does a picture of levels look? Grey with one channel, in its colours with three."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.png import png
from dashboard.language import tr

EMPTY = tuple(bytes.fromhex(palette.UNDRAWN[1:]))


def channel_names() -> tuple[str, str, str]:
    return tr("red"), tr("green"), tr("blue")


def grey(levels: int) -> list[list[Any]]:
    """A scale for -1 (not drawn yet) to K - 1 (white)."""
    black = 1 / levels  # where 0 lies between -1 and K - 1
    return [
        [0, palette.UNDRAWN], [black / 2, palette.UNDRAWN], [black / 2, palette.BLACK],
        [black, palette.BLACK], [1, palette.WHITE],
    ]  # fmt: skip


def pixels(values: NDArray[Any], levels: int) -> dict[str, Any]:
    """A trace whose pixels lie at whole rows and columns; the y-axis must run downwards.

    Args:
        values: (C, H, W) 0 … K - 1, grey or RGB; -1 where nothing is drawn yet: a pixel of which
            some channels are drawn has these; NaN is no part of the picture.
        levels: K.
    """
    if len(values) == 1:
        return {
            "type": "heatmap", "z": values[0].astype(np.float32), "zmin": -1, "zmax": levels - 1,
            "colorscale": grey(levels), "showscale": False, "xgap": 1, "ygap": 1,
            "hoverongaps": False,
            "hovertemplate": tr("row %{y}, column %{x}: level %{z:.3g}<extra></extra>"),
        }  # fmt: skip
    return {
        "type": "image", "source": png(rgba(values, levels)),
        "hovertemplate": tr("row %{y}, column %{x}<br>red, green, blue, opacity %{z}")
        + "<extra></extra>",
    }  # fmt: skip


def rgba(values: NDArray[Any], levels: int) -> NDArray[np.uint8]:
    """(3, H, W) as for `pixels` to (4, H, W) 0 … 255, transparent where it is NaN."""
    there = np.isfinite(values).all(0)
    known = np.where(np.isfinite(values), values, 0)
    shown = np.round(np.clip(known, 0, None) * (255 / (levels - 1)))
    nothing = (known < 0).all(0)
    for channel, empty in enumerate(EMPTY):
        shown[channel][nothing] = empty
    return np.concatenate([shown, 255 * there[None]]).astype(np.uint8)
