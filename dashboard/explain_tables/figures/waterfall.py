"""Which feature moves an answer from the background's mean to what it is, and how far?"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import say, tr

Floats = NDArray[np.float64]
DOWN, UP = (str(palette.SIGNED[end][1]) for end in (0, -1))
MOST = 14  # bars; what is left shares one


def gathered(values: Floats, labels: Sequence[str], most: int) -> tuple[Floats, list[str]]:
    """The largest values with their labels, smallest first; the rest as one before them."""
    order = np.argsort(np.abs(values), kind="stable")
    rest, kept = order[: max(0, len(order) - most)], order[max(0, len(order) - most) :]
    found, names = list(values[kept]), [labels[i] for i in kept]
    if len(rest):
        found.insert(0, values[rest].sum())
        names.insert(0, say("explain_tables.others", n=len(rest)))
    return np.array(found), names


def waterfall(
    values: Floats, base: float, labels: Sequence[str], unit: str, most: int = MOST
) -> go.Figure:
    """From the base at the bottom to the answer at the top, the largest step last.

    Args:
        values: (F,) of the features, in the unit of the answer.
        base: mean answer to the background.
        labels: F names with their values.
        unit: of the answer.
        most: bars.
    """
    steps, names = gathered(values, labels, most)
    ends = base + np.cumsum(steps)
    starts = ends - steps
    place = np.arange(len(steps))
    bars = {
        "type": "bar",
        "x": steps,
        "base": starts,
        "y": place,
        "orientation": "h",
        "marker": {"color": np.where(steps >= 0, UP, DOWN).tolist(), "line": {"width": 0}},
        "text": [f"{step:+.3g}".replace("-", "−") for step in steps],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": np.stack([steps, starts, ends], 1),
        "hovertext": names,
        "hovertemplate": tr(
            "%{hovertext}<br>%{customdata[0]:+.4g}: from %{customdata[1]:.4g} to "
            "%{customdata[2]:.4g}<extra></extra>"
        ),
        "showlegend": False,
    }
    level = np.stack([ends[:-1], ends[:-1], np.full(len(ends) - 1, np.nan)], 1).ravel()
    height = np.stack([place[:-1] - 0.4, place[1:] + 0.4, place[1:]], 1).ravel()
    joints = {
        "type": "scatter",
        "x": level,
        "y": height,
        "mode": "lines",
        "line": {"color": palette.FAINT, "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    low, high = min(starts.min(), ends.min()), max(starts.max(), ends.max())
    room = 0.12 * ((high - low) or 1.0)
    layout = {
        "uirevision": "tables_waterfall",
        "height": 110 + 36 * len(steps),
        "hovermode": "closest",
        "margin": {"l": _room(names), "r": 16, "t": 24, "b": 68},
        "bargap": 0.25,
        "xaxis": {"title": {"text": unit}, "range": [low - room, high + room], "zeroline": False},
        "yaxis": {"tickvals": place, "ticktext": names, "range": [-0.9, len(steps) - 0.3]}
        | {"zeroline": False},
    }
    near = abs(ends[-1] - base) < 0.3 * (high - low)
    return go.Figure(data=[bars, joints], layout=layout | marked(base, ends[-1], near))


def _room(names: Sequence[str]) -> int:
    """Pixels for the longest label, in steps; what Plotly has to measure it draws twice."""
    return 24 + 23 * math.ceil(max(map(len, names)) / 4)


def marked(base: float, answer: float, near: bool) -> dict[str, Any]:
    """The part of a layout with a dotted line at the mean and at the answer, named above; apart
    where they are near."""
    lines, names = [], []
    for value, name, other in ((answer, tr("answer"), base), (base, tr("mean"), answer)):
        grey = {"color": palette.CATEGORIES[7], "width": 1.5, "dash": "dot"}
        lines.append(
            {"type": "line", "x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "paper"}
            | {"line": grey}
        )
        side = ("right" if value < other else "left") if near else "center"
        names.append(
            {"text": f"{name} {value:.4g}".replace("-", "−"), "x": value, "y": 1}
            | {"yref": "paper", "yanchor": "bottom", "xanchor": side, "showarrow": False}
        )
    return {"shapes": lines, "annotations": names}
