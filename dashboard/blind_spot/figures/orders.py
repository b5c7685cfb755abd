"""In which order are pixels generated, and how many numbers does a model of them need?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.language import say, tr
from engine.autoregressive.parameters import Count


def board(
    pixels: NDArray[np.int64], size: int, target: int, history: NDArray[np.int64]
) -> go.Figure:
    """When each pixel is generated, with the k pixels before the target marked.

    Args:
        pixels: (size * size,) permutation, first generated first.
        target: row * size + column.
        history: pixels generated just before it, nearest first.
    """
    figure = palette.base("order", 430)
    figure.add_heatmap(
        z=np.argsort(pixels).reshape(size, size),
        colorscale=palette.UNSIGNED,
        xgap=1,
        ygap=1,
        colorbar={"title": {"text": tr("generated as number"), "side": "right"}, "thickness": 10},
        hovertemplate=tr("row %{y}, column %{x}<br>number %{z}<extra></extra>"),
    )
    for name, chosen, colour, sign in (
        (tr("previous k"), history, palette.ORANGE, "square-open"),
        (tr("target"), np.array([target]), palette.RED, "circle"),
    ):
        rows, columns = np.divmod(chosen, size)
        figure.add_scatter(
            x=columns,
            y=rows,
            mode="markers",
            name=name,
            marker={"symbol": sign, "size": 12, "color": colour, "line": {"width": 3}},
            hovertemplate=f"{name}<extra></extra>",
        )
    figure.update_xaxes(title=tr("column"), showgrid=False, zeroline=False, constrain="domain")
    return figure.update_yaxes(
        title=tr("row"), autorange="reversed", scaleanchor="x", showgrid=False, zeroline=False
    )


def growth(curves: Mapping[int, Sequence[Count]], labels: Mapping[str, str]) -> go.Figure:
    """Numbers needed against pixels, one line a parametrisation, both axes logarithmic.

    Args:
        curves: number of pixels n to the counts of every way to write p(x) down.
        labels: id of each way to what a reader calls it.
    """
    figure = palette.base("parameters", 430)
    names = [count.id for count in next(iter(curves.values()))]
    for index, name in enumerate(names):
        values: list[Any] = [
            next(count.log10 for count in counts if count.id == name) for counts in curves.values()
        ]
        figure.add_scatter(
            x=list(curves),
            y=values,
            name=labels[name],
            mode="lines",
            line={"color": palette.colour(index), "dash": palette.dash(index), "width": 2},
            hovertemplate=say("blind_spot.hover_numbers", name=labels[name]) + "<extra></extra>",
        )
    figure.update_xaxes(title=tr("pixels n"), **decades(np.array(list(curves), float)))
    return figure.update_yaxes(
        title=tr("log₁₀ of the numbers needed (lower is cheaper)"), range=[0, 12]
    )
