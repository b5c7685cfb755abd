"""What is different about a figure of several panels where there is little room, as on a phone?

The server does not know how wide a chart will be: the figure brings both layouts, and `chart.js`
takes the one that fits, also when the window is made wider.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

BELOW = 560  # pixels of a chart


Traces = Mapping[int, Mapping[str, Any]]  # number of a trace to what of it is different


def narrow(figure: go.Figure, layout: Mapping[str, Any], traces: Traces | None = None) -> None:
    """Note what is different; a list of the layout names its items from the first on."""
    figure.update_layout(meta=different(layout, traces))


def different(layout: Mapping[str, Any], traces: Traces | None = None) -> dict[str, Any]:
    """The same as the `meta` of a layout that is a dictionary."""
    return {"narrow": {"below": BELOW, "layout": dict(layout), "data": dict(traces or {})}}


def lying(y: float, length: float = 0.9, x: float = 0.5, **more: Any) -> dict[str, Any]:
    """A colour bar below its pictures: beside them there is no room.

    Args:
        y: its upper end, in 0..1 of the plot; below 0 in the margin.
        length: of it, share of the plot's width.
        x: of its middle.
        more: what else of the bar is different.
    """
    place = {"x": x, "xanchor": "center", "y": y, "yanchor": "top", "len": length}
    return {"orientation": "h", **place, "title": {"side": "bottom"}, **more}


def folded(text: str, letters: int = 36) -> dict[str, str]:
    """An axis title in lines that a narrow chart has room for."""
    return {"text": "<br>".join(wrap(text, letters, break_on_hyphens=False))}


def below(
    heights: Sequence[float],
    gap: float,
    margin: float,
    *,
    order: Sequence[int] | None = None,
    titled: Sequence[int] | None = None,
) -> dict[str, Any]:
    """The layout of panels below each other.

    Args:
        heights, gap: see `stacked`.
        margin: above and below all of them, pixels.
        order: numbers of their axes from the top; None: as they come.
        titled: number of the panel that each of the figure's first notes stands above; None: all.
    """
    domains, total = stacked(heights, gap)
    numbers = list(order or range(1, len(heights) + 1))
    at = dict(zip(numbers, domains, strict=True))
    found: dict[str, Any] = {"height": total + margin}
    found["annotations"] = [
        {"x": 0.5, "y": at[number][1]} for number in (numbers if titled is None else titled)
    ]
    for number, domain in at.items():
        name = "" if number == 1 else str(number)
        found[f"xaxis{name}"] = {"domain": [0, 1], "showticklabels": True}
        found[f"yaxis{name}"] = {"domain": list(domain), "showticklabels": True}
    return found


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
