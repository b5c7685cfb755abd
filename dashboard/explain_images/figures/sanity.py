"""How does each method's map change as a network forgets, layer by layer?"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.narrow import folded, lying, narrow
from dashboard.language import tr

GAP = 4  # pixels between two maps


def curves(
    series: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
    layers: Sequence[str],
    *,
    axis: str,
    threshold: float | None,
) -> go.Figure:
    """Similarity with the trained network's map over the layers drawn again.

    Args:
        series: label to mean (S,) and half width of its interval (S,), -1..1.
        layers: S - 1 names, from the top; before the first, nothing is drawn again.
        axis: title of the vertical axis.
        threshold: mean above which a method is called unmoved, where there is such a rule.
    """
    figure = palette.base("images_sanity", 380)
    names = [tr("as trained"), *(f"+ {name}" for name in layers)]
    for index, (label, (mean, half)) in enumerate(series.items()):
        figure.add_scatter(
            x=names[: len(mean)],
            y=mean,
            error_y={"array": half, "thickness": 1, "width": 2},
            name=label,
            mode="lines+markers",
            line={"color": palette.colour(index), "dash": palette.dash(index), "width": 2},
            marker={"symbol": palette.marker(index), "size": 7},
            hovertemplate=f"{label}<br>%{{x}}: %{{y:.3f}}<extra></extra>",
        )
    if threshold is not None:
        figure.add_hline(y=threshold, line={"color": palette.FAINT, "dash": "dash"})
    figure.update_xaxes(title=tr("layers drawn again, from the top"), type="category")
    figure.update_yaxes(title=axis, range=[-0.35, 1.05])
    narrow(figure, {"height": 330 + 20 * len(series), "yaxis": {"title": folded(axis, 30)}})
    return figure


def maps(
    picture: NDArray[np.float32],
    rows: Mapping[str, Sequence[NDArray[np.float32]]],
    columns: Sequence[str],
    bar: str,
) -> go.Figure:
    """One row a method, one column a stage; each map in units of its own largest value.

    One sheet for all: it is drawn and hovered over far sooner than as many charts.

    Args:
        picture: (H, W, 3) in 0..1.
        rows: label to its maps (H, W), one a column.
        columns: titles: of the picture, then of the maps.
        bar: title of the colour bar.
    """
    height, width = picture.shape[:2]
    down, across = height + GAP, width + GAP
    size = (len(rows) * down - GAP, len(columns) * across - GAP)
    sheet = np.full(size, np.nan, np.float32)
    seen = np.zeros((*size, 4), np.uint8)  # transparent where there is no picture
    for row, found in enumerate(rows.values()):
        top = row * down
        seen[top : top + height, :width, :3] = (picture * 255).round()
        seen[top : top + height, :width, 3] = 255
        for column, one in enumerate(found, 1):
            left = column * across
            reach = float(np.abs(one).max()) or 1.0
            sheet[top : top + height, left : left + width] = one / reach
    figure = palette.base("images_sanity_maps", 60 + 100 * len(rows))
    figure.add_image(z=seen, colormodel="rgba256", hoverinfo="skip")
    figure.add_heatmap(
        z=sheet,
        zmin=-1,
        zmax=1,
        colorscale=palette.SIGNED,
        colorbar={"title": {"text": bar, "side": "right"}, "thickness": 10},
        hovertemplate=tr("%{z:.2f} of the largest<extra></extra>"),
        hoverongaps=False,
    )
    common = {"showgrid": False, "zeroline": False, "ticks": "", "constrain": "domain"}
    figure.update_xaxes(
        tickvals=[column * across + width / 2 for column in range(len(columns))],
        ticktext=list(columns),
        side="top",
        **common,
    )
    figure.update_yaxes(
        tickvals=[row * down + height / 2 for row in range(len(rows))],
        ticktext=list(rows),
        range=[size[0], 0],
        scaleanchor="x",
        **common,
    )
    side = 210 / len(columns)  # pixels of a map beside the names on a phone
    total = side * len(rows)
    narrow(
        figure,
        {"height": total + 190, "margin": {"t": 8, "b": 80}, "xaxis": {"tickangle": -90}},
        {1: {"colorbar": lying(-10 / total)}},
    )
    return figure
