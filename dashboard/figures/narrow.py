"""What is different about a figure of several panels where there is little room, as on a phone?

The server does not know how wide a chart will be: the figure brings both layouts, and `chart.js`
takes the one that fits, also when the window is made wider.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go

BELOW = 560  # pixels of a chart


def narrow(figure: go.Figure, layout: Mapping[str, Any]) -> None:
    """Note what of the layout is different; a list names its items from the first on."""
    figure.update_layout(meta=different(layout))


def different(layout: Mapping[str, Any]) -> dict[str, Any]:
    """The same as the `meta` of a layout that is a dictionary."""
    return {"narrow": {"below": BELOW, "layout": dict(layout)}}


def stacked(heights: Sequence[float], gap: float) -> tuple[list[tuple[float, float]], float]:
    """Panels below each other.

    Args:
        heights: of the panels from the top, pixels.
        gap: between two of them, pixels: room for ticks, axis title and the next title.

    Returns:
        The domain of each (bottom, top), in 0..1 of the plot, and the height of all, pixels.
    """
    total = sum(heights) + gap * (len(heights) - 1)
    tops = accumulate((height + gap for height in heights[:-1]), initial=0.0)
    return [
        (max(0.0, 1 - (top + height) / total), 1 - top / total)
        for top, height in zip(tops, heights, strict=True)
    ], total
