"""Two charts side by side, laid out in one go.

Plotly's own `make_subplots`, `add_vline` and their like look everything up and check it again with
every call: 15 ms of a picture that follows a slider. A figure that is made of whole dictionaries is
checked once, in 3.
"""

from typing import Any

from dashboard.figures.narrow import different, stacked

Trace = dict[str, Any]  # in Plotly's nested form
LEFT: Trace = {"xaxis": "x", "yaxis": "y"}
RIGHT: Trace = {"xaxis": "x2", "yaxis": "y2"}


def two(
    name: str, height: int, titles: tuple[str, str], axes: tuple[Trace, ...],
    share: float = 0.5, gap: float = 0.1, right: int = 16, below: int = 104, **layout: Any,
) -> Trace:  # fmt: skip
    """The layout of two charts, to be given to a figure.

    Args:
        name: of the picture, so that zoom survives a redraw.
        height: in pixels.
        titles: above the left and the right chart.
        axes: x and y of the left one, x and y of the right one, in Plotly's nested form.
        share: of the width without the gap, that the left one gets.
        gap: between them, as a share of the width.
        right: room in pixels, for what stands there; where more is needed Plotly takes it, and
            draws everything twice.
        below: room in pixels, likewise.
        layout: what else there is.
    """
    first = (1 - gap) * share
    domains = [0.0, first], [first + gap, 1.0]
    x, y, x2, y2 = axes
    heads = [
        {"text": title, "x": sum(domain) / 2, "y": 1, "xref": "paper", "yref": "paper"}
        | {"xanchor": "center", "yanchor": "bottom", "showarrow": False, "font": {"size": 16}}
        for title, domain in zip(titles, domains, strict=True)
    ]
    found = {
        "uirevision": name,
        "height": height,
        "margin": {"l": 76, "r": right, "t": 28, "b": below},
        "annotations": heads,
        "xaxis": {"domain": domains[0], "anchor": "y"} | x,
        "yaxis": {"anchor": "x"} | y,
        "xaxis2": {"domain": domains[1], "anchor": "y2"} | x2,
        "yaxis2": {"anchor": "x2"} | y2,
    }
    return found | layout | {"meta": different(_on_a_phone(height, below))}


def _on_a_phone(height: int, below: int) -> Trace:
    """One below the other, the legend below both."""
    each = height - 28 - below
    (upper, lower), total = stacked([each, each], 92)
    across = {"domain": [0, 1]}
    return {
        "height": total + 28 + below + 40,
        "margin": {"r": 16, "b": below + 40},
        "annotations": [{"x": 0.5, "y": upper[1]}, {"x": 0.5, "y": lower[1]}],
        "xaxis": across,
        "yaxis": {"domain": list(upper)},
        "xaxis2": across,
        "yaxis2": {"domain": list(lower)},
        "legend": {"y": -56 / total},
    }


def upright(x: float, axes: Trace, **line: Any) -> Trace:
    """A line from the bottom to the top of one of the two charts, as a shape."""
    ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, "xref": axes["xaxis"]}
    return {"type": "line", "yref": f"{axes['yaxis']} domain", "line": line} | ends
