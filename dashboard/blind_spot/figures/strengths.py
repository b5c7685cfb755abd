"""How strongly does a unit answer to each pixel? Gradients over the picture, and along a row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import tr


def magnitude(
    values: NDArray[Any],
    title: str,
    *,
    exact: NDArray[np.bool_] | None = None,
    target: tuple[int, int] | None = None,
    height: int = 420,
) -> go.Figure:
    """|gradient| of one target with respect to every pixel, on a logarithmic scale.

    Args:
        values: (H, W) at least 0; zero is drawn as empty.
        exact: (H, W), crosses where nothing came through: what the masks let through.
        target: row and column of the pixel whose output it is, marked; the last ones at most.
    """
    figure = palette.base(f"magnitude_{title}", height)
    positive = values > 0
    logs = np.where(positive, np.log10(np.where(positive, values, 1)), np.nan)
    figure.add_heatmap(
        z=logs,
        colorscale=palette.UNSIGNED,
        xgap=1,
        ygap=1,
        customdata=values,
        colorbar={"title": {"text": tr("log₁₀ |gradient|"), "side": "right"}, "thickness": 10},
        hovertemplate=tr("row %{y}, column %{x}<br>%{customdata:.3g}<extra></extra>"),
        hoverongaps=False,
    )
    if exact is not None:
        missed = np.nonzero(exact & ~positive)
        figure.add_scatter(
            x=missed[1],
            y=missed[0],
            mode="markers",
            name=tr("let through, but no gradient"),
            marker={"symbol": "x", "size": 9, "color": palette.colour(1)},
            hovertemplate=tr("row %{y}, column %{x}<br>no gradient here<extra></extra>"),
        )
    rows, columns = values.shape
    if target is not None:
        figure.add_scatter(
            x=[min(target[1], columns - 1)],
            y=[min(target[0], rows - 1)],
            mode="markers",
            name=tr("target"),
            marker={"symbol": "circle", "size": 11, "color": palette.colour(5)},
            hovertemplate=tr("row %{y}, column %{x}<br>target<extra></extra>"),
        )
    figure.update_xaxes(
        title=tr("column"),
        range=[-0.5, columns - 0.5],
        showgrid=False,
        zeroline=False,
        constrain="domain",
    )
    figure.update_yaxes(
        title=tr("row"),
        range=[rows - 0.5, -0.5],
        scaleanchor="x",
        showgrid=False,
        zeroline=False,
        constrain="domain",
    )
    return figure.update_layout(title={"text": title, "font": {"size": 14}}, showlegend=False)


def profile(
    lines: Mapping[str, Sequence[float]], title: str, axis: str, height: int = 300
) -> go.Figure:
    """Values along a row of pixels, one line each."""
    figure = palette.base(title, height)
    for index, (name, values) in enumerate(lines.items()):
        figure.add_scatter(
            y=list(values),
            name=name,
            mode="lines",
            line={"color": palette.colour(index), "dash": palette.dash(index)},
        )
    figure.update_xaxes(title=tr("column"))
    figure.update_yaxes(title=axis)
    return figure
