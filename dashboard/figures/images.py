"""What does a network see in images, and where is it wrong?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.cells import piled
from dashboard.figures.narrow import narrow
from dashboard.language import say, tr


def confusion(counts: NDArray[Any], classes: tuple[str, ...], height: int = 430) -> go.Figure:
    """Counts on the validation part: rows true, columns predicted.

    Args:
        counts: (K, K).
        classes: names in index order.
    """
    figure = palette.base("confusion", height)
    names = [tr(name) for name in classes]
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure.add_heatmap(
        z=share,
        x=names,
        y=names,
        zmin=0,
        zmax=1,
        colorscale=palette.UNSIGNED,
        text=counts if len(classes) <= 12 else None,
        texttemplate="%{text}" if len(classes) <= 12 else None,
        customdata=counts,
        colorbar={
            "title": {"text": tr("share of the true class"), "side": "right"},
            "thickness": 10,
        },
        hovertemplate=tr("true %{y}, predicted %{x}<br>%{customdata} examples, %{z:.1%}")
        + "<extra></extra>",
    )
    figure.update_xaxes(title=tr("predicted class"), type="category")
    figure.update_yaxes(title=tr("true class"), type="category", autorange="reversed")
    return figure


def filters(weights: NDArray[Any]) -> go.Figure:
    """The first layer's weights as pictures, all on one symmetric scale.

    Args:
        weights: (U, C, h, w); channels side by side within a filter.
    """
    maps = weights.astype(np.float64)
    count, channels, rows, columns = maps.shape
    reach = float(np.abs(maps).max()) or 1.0
    across = min(count, max(4, 48 // channels // max(1, columns // 9)))
    down = -(-count // across)
    sheet = np.full((down * (rows + 1) - 1, across * (channels * (columns + 0) + 1) - 1), np.nan)
    for index, one in enumerate(maps):
        top, left = (index // across) * (rows + 1), (index % across) * (channels * columns + 1)
        sheet[top : top + rows, left : left + channels * columns] = np.hstack(list(one))
    figure = palette.base("filters", min(480, 50 + 12 * down * (rows + 1)))
    figure.add_heatmap(
        z=sheet,
        zmin=-reach,
        zmax=reach,
        colorscale=palette.SIGNED,
        colorbar={"title": {"text": tr("weight"), "side": "right"}, "thickness": 10},
        hovertemplate=tr("weight %{z:.3f}") + "<extra></extra>",
        hoverongaps=False,
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    return figure


def gallery(
    images: NDArray[np.uint8], captions: Sequence[str], columns: int = 6, each: int = 120
) -> go.Figure:
    """Images in a grid, each with a caption.

    Args:
        images: (n, C, H, W), grey or RGB.
        captions: n short texts.
    """
    rows = max(1, -(-len(images) // columns))
    figure = make_subplots(
        rows=rows,
        cols=columns,
        subplot_titles=list(captions),
        horizontal_spacing=0.01,
        vertical_spacing=0.18 / rows,
    )
    for index, image in enumerate(images):
        picture = np.repeat(image, 3, axis=0) if len(image) == 1 else image
        figure.add_image(
            z=picture.transpose(1, 2, 0),
            row=index // columns + 1,
            col=index % columns + 1,
            hovertemplate="%{z}<extra></extra>",
        )
    figure.update_annotations(font_size=12)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(
        height=rows * each + 30, margin={"l": 4, "r": 4, "t": 28, "b": 4}, uirevision="gallery"
    )
    pile = piled(len(images), 3, 105, 26)
    narrow(figure, pile.layout | {"height": pile.height + 32})
    return figure


def scatter(pairs: NDArray[Any], target: str, height: int = 430) -> go.Figure:
    """True against predicted values.

    Args:
        pairs: (2, n).
        target: name and unit.
    """
    figure = palette.base("scatter", height)
    low, high = float(pairs.min()), float(pairs.max())
    figure.add_scatter(
        x=[low, high],
        y=[low, high],
        mode="lines",
        name=tr("perfect"),
        line={"color": palette.FAINT, "dash": "dash"},
    )
    figure.add_scatter(
        x=pairs[0],
        y=pairs[1],
        mode="markers",
        name=tr("validation"),
        marker={"size": 6, "color": palette.colour(0), "opacity": 0.7},
        hovertemplate=tr("true %{x:.4g}, predicted %{y:.4g}") + "<extra></extra>",
    )
    figure.update_xaxes(title=say("figures.true_value", target=tr(target)))
    figure.update_yaxes(title=say("figures.predicted_value", target=tr(target)))
    return figure
