"""What pushes an answer up, what pushes it down, and where do they meet?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.explain_tables.figures.waterfall import DOWN, UP, Floats, marked
from dashboard.figures import palette
from dashboard.figures.narrow import different
from dashboard.language import tr

FITS, FEW = 85, 36  # letters on the whole bar; on that of a phone


def force(values: Floats, base: float, labels: Sequence[str], unit: str) -> go.Figure:
    """One bar: all pushes up end, and all pushes down begin, at the answer; the largest beside it.

    Args:
        values: (F,) of the features, in the unit of the answer.
        base: mean answer to the background.
        labels: F names with their values.
        unit: of the answer.
    """
    answer = base + values.sum()
    bars: list[dict[str, Any]] = []
    small: dict[int, dict[str, Any]] = {}
    for sign, colour, name in ((1, UP, tr("up")), (-1, DOWN, tr("down"))):
        mine = [i for i in np.argsort(-np.abs(values), kind="stable") if sign * values[i] > 0]
        length = np.abs(values[mine])
        # Pushes up lie left of the answer, pushes down right of it.
        first = answer - sign * np.cumsum(length) if mine else np.zeros(0)
        start = first if sign > 0 else answer + np.cumsum(length) - length
        share = length / (np.abs(values).sum() or 1.0)
        texts, few = (
            [_fitting(labels[i], letters * part) for i, part in zip(mine, share, strict=True)]
            for letters in (FITS, FEW)
        )
        small[len(bars)] = {"text": few}
        bars.append(
            {"type": "bar", "name": name, "orientation": "h"}
            | {"x": length, "base": start, "y": np.zeros(len(mine))}
            | {"marker": {"color": colour, "line": {"color": palette.EDGE, "width": 1}}}
            | {"text": texts}
            | {"textposition": "inside", "insidetextanchor": "middle", "textangle": 0}
            | {"textfont": {"color": "white", "size": 12}, "constraintext": "none"}
            | {"customdata": values[mine], "hovertext": [labels[i] for i in mine]}
            | {"hovertemplate": "%{hovertext}<br>%{customdata:+.4g}<extra></extra>"}
        )
    layout = {
        "uirevision": "tables_force",
        "height": 140,
        "showlegend": False,
        "hovermode": "closest",
        "margin": {"l": 24, "r": 24, "t": 28, "b": 60},
        "barmode": "overlay",
        "bargap": 0.1,
        "xaxis": {"title": {"text": unit}, "zeroline": False},
        "yaxis": {"visible": False, "range": [-0.5, 0.5]},
    }
    near = abs(answer - base) < 0.2 * np.abs(values).sum()
    layout["meta"] = different({}, small)
    return go.Figure(data=bars, layout=layout | marked(base, answer, near))


def _fitting(label: str, letters: float) -> str:
    """The label, the name alone, or nothing: what a piece has room for. A bare value of which
    nobody knows what it is a value of would be worse than nothing."""
    name = label.rsplit(" = ", 1)[0]
    bare = name.rsplit(" (", 1)[0]  # without its unit
    return next((text for text in (label, name, bare) if len(text) <= letters), "")
