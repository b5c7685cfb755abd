"""Bits, spreads and galleries of pictures in levels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.narrow import narrow
from dashboard.language import say, tr
from dashboard.sampling.figures.levels import pixels

PHONE = 350  # width of a chart there, pixels


def gallery(
    pictures: NDArray[Any], titles: Sequence[str], levels: int, across: int = 6, each: int = 120
) -> go.Figure:
    """Pictures in a grid, as one sheet.

    Args:
        pictures: (n, C, H, W) levels, grey or RGB.
        titles: n short texts, under the pictures.
    """
    count, channels, height, width = pictures.shape
    across = min(across, count)
    down = -(-count // across)
    tall, wide = height + max(2, -(-height // 5)), width + 1
    sheet = np.full((channels, down * tall, across * wide - 1), np.nan)
    figure = palette.base("sampling_gallery", down * each + 20)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, across)
        top, left = row * tall, column * wide
        sheet[:, top : top + height, left : left + width] = picture
        figure.add_annotation(
            x=left + (width - 1) / 2, y=top + height - 0.4, text=titles[index], showarrow=False,
            yanchor="top", font={"size": 12},
        )  # fmt: skip
    figure.add_trace(pixels(sheet, levels))
    figure.update_traces(xgap=0, ygap=0, selector={"type": "heatmap"})
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    low = PHONE * down * tall / (across * wide) + 20
    narrow(figure, {"height": min(round(low), down * each + 20)})
    return figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4})


def heat(
    values: NDArray[Any], title: str, *, top: float | None, unit: str = "", height: int = 340
) -> go.Figure:
    """(H, W) at least 0, with its colour bar; NaN stays empty."""
    figure = palette.base(f"heat_{title}", height)
    highest = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    figure.add_heatmap(
        z=values.astype(np.float32), zmin=0, zmax=top or highest or 1.0,
        colorscale=palette.UNSIGNED, xgap=1, ygap=1, hoverongaps=False,
        colorbar={"title": {"text": unit or title, "side": "right"}, "thickness": 10},
        hovertemplate=tr("row %{y}, column %{x}: %{z:.3f}<extra></extra>"),
    )  # fmt: skip
    grid: dict[str, Any] = {"showgrid": False, "zeroline": False, "constrain": "domain"}
    figure.update_xaxes(title=tr("column"), **grid)
    figure.update_yaxes(title=tr("row"), autorange="reversed", scaleanchor="x", **grid)
    return figure.update_layout(title={"text": title, "font": {"size": 14}})


def histogram(
    groups: Mapping[str, NDArray[Any]], title: str, mark: float | None = None, height: int = 340
) -> go.Figure:
    """How often each value occurs, one outline a group, all on the same bins."""
    figure = palette.base("sampling_histogram", height)
    every = np.concatenate(list(groups.values()))
    edges = np.linspace(float(every.min()), float(every.max()) + 1e-9, 49)
    for index, (name, values) in enumerate(groups.items()):
        count, _ = np.histogram(values, edges)
        figure.add_scatter(
            x=(edges[1:] + edges[:-1]) / 2, y=count / max(1, len(values)), name=name, mode="lines",
            line={"shape": "hvh", "color": palette.colour(index), "dash": palette.dash(index)},
            fill="tozeroy", fillcolor=palette.faded(index, 0.12),
            hovertemplate=f"{name}<br>%{{x:.3f}}: %{{y:.1%}}<extra></extra>",
        )  # fmt: skip
    if mark is not None:
        figure.add_vline(x=mark, line={"color": palette.colour(5), "width": 2})
    figure.update_xaxes(title=title)
    figure.update_yaxes(title=tr("share of pictures"), tickformat=".0%")
    return figure


def stacked(entropy: float, divergence: float, height: int = 130) -> go.Figure:
    """Entropy + KL = cross-entropy, as two bars end to end."""
    figure = palette.base("sampling_stacked", height)
    for index, (name, value) in enumerate(
        ((tr("entropy H(p)"), entropy), (tr("KL(p ‖ q): paid for being wrong"), divergence))
    ):
        figure.add_bar(
            x=[value], y=[tr("cross-entropy")], orientation="h", name=name,
            marker={"color": palette.colour(index), "pattern": {"shape": ["", "/"][index]}},
            hovertemplate=say("sampling.hover_bits", name=name) + "<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title=tr("bits a value"))
    return figure.update_layout(barmode="stack")


def pair(p: NDArray[Any], q: NDArray[Any], height: int = 240) -> go.Figure:
    """Two distributions over the same values, side by side."""
    figure = palette.base("sampling_pair", height)
    for index, (name, values) in enumerate(((tr("data p"), p), (tr("model q"), q))):
        figure.add_bar(
            x=np.arange(len(values)), y=values, name=name, marker={
                "color": palette.colour(index), "pattern": {"shape": ["", "/"][index]}},
            hovertemplate=f"{name}(%{{x}}) = %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title=tr("value"), dtick=1)
    figure.update_yaxes(title=tr("probability"))
    return figure


def classes(
    p: NDArray[Any], names: Sequence[str], true: int | None, height: int = 300
) -> go.Figure:
    """(K,) probability of each class, the true one outlined."""
    figure = palette.base("sampling_classes", height)
    width = [3 if index == true else 0 for index in range(len(p))]
    figure.add_bar(
        x=list(names), y=p, marker={
            "color": palette.colour(0), "line": {"width": width, "color": palette.colour(5)}},
        hovertemplate=tr("class %{x}: %{y:.3g}<extra></extra>"),
    )  # fmt: skip
    figure.update_xaxes(title=tr("class (outlined: the true one)"), type="category")
    figure.update_yaxes(title=tr("p(class | picture)"), range=[0, 1])
    return figure
