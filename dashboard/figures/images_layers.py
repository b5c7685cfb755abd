"""What do a network's layers hold for a picture, and how does Grad-CAM weigh them?"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import get_colorscale, hex_to_rgb
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.images_dream import png
from engine.explain.weighing import Weighed

SHOWN = 6  # feature maps that give most


def thumbnails(
    layers: Mapping[str, NDArray[np.float32]], chosen: str, height: int = 138
) -> go.Figure:
    """The four strongest feature maps of every layer; a click on them is a click on a marker.

    Args:
        layers: name to maps (K, h, w).
        chosen: name of the layer in use, which gets a frame.
    """
    figure = palette.base("images_layers", height)
    for at, maps in enumerate(layers.values()):
        figure.add_layout_image(
            source=png(_montage(maps)), x=at, y=0.5, sizex=0.9, sizey=1, xanchor="center",
            yanchor="middle", xref="x", yref="y", sizing="contain", layer="below",
        )  # fmt: skip
    names = list(layers)
    figure.add_scatter(
        x=list(range(len(names))),
        y=[0.5] * len(names),
        mode="markers",
        marker={"size": 80, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[[name, " × ".join(map(str, layers[name].shape))] for name in names],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    if chosen in names:
        at = names.index(chosen)
        figure.add_shape(type="rect", x0=at - 0.46, x1=at + 0.46, y0=-0.02, y1=1.02,
                         line={"color": palette.colour(1), "width": 3})  # fmt: skip
    figure.update_xaxes(
        tickvals=list(range(len(names))), ticktext=names, range=[-0.5, len(names) - 0.5],
        showgrid=False, zeroline=False, title="layer, in forward order",
    )  # fmt: skip
    figure.update_yaxes(visible=False, range=[-0.04, 1.04])
    return figure.update_layout(clickmode="event+select", dragmode=False)


def _montage(maps: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(3, 2 h + 1, 2 w + 1): the four maps of largest sum of sizes, each on its own scale."""
    _, height, width = maps.shape
    order = np.abs(maps).sum((1, 2)).argsort()[::-1][:4]
    sheet = np.zeros((2 * height + 1, 2 * width + 1), np.float32)
    for place, index in enumerate(order):
        one = maps[index]
        span = float(one.max() - one.min())
        top, left = place // 2 * (height + 1), place % 2 * (width + 1)
        sheet[top : top + height, left : left + width] = (one - one.min()) / (span or 1)
    stops = np.array([hex_to_rgb(code) for _, code in get_colorscale(palette.UNSIGNED)])
    at = np.linspace(0, 1, len(stops))
    rgb = np.stack([np.interp(sheet, at, stops[:, c]) for c in range(3)])
    return rgb.astype(np.uint8)


def weights(found: Weighed, titles: Sequence[str], height: int = 430) -> go.Figure:
    """Grad-CAM's α as bars; below, the maps that give most times their α, their sum and map.

    Args:
        found: of one image.
        titles: of the sum over all maps and of its positive part.
    """
    given = found.alpha[:, None, None] * found.maps  # (K, h, w) α_k A^k
    order = np.abs(given).sum((1, 2)).argsort()[::-1][:SHOWN]
    names = [f"map {k}<br>α = {found.alpha[k]:+.2g}" for k in order]
    shown = [*given[order], found.total, np.maximum(found.total, 0)]
    across = len(shown)
    figure = make_subplots(
        rows=2,
        cols=across,
        specs=[[{"colspan": across}, *[None] * (across - 1)], [{}] * across],
        subplot_titles=["", *names, *titles],
        row_heights=[0.5, 0.5],
        vertical_spacing=0.27,
        horizontal_spacing=0.01,
    )
    number = np.arange(len(found.alpha))
    marked = [2 if k in order else 0 for k in number]
    figure.add_bar(
        x=number,
        y=found.alpha,
        marker={
            "color": [palette.colour(5 if a > 0 else 0) for a in found.alpha],
            "line": {"width": marked, "color": palette.colour(1)},
        },
        hovertemplate="map %{x}: α = %{y:.4g}<extra></extra>",
        showlegend=False,
        row=1,
        col=1,
    )
    figure.update_xaxes(title="feature map k (framed: drawn below)", row=1, col=1)
    figure.update_yaxes(title="weight α<sub>k</sub><br>(logits a unit)", row=1, col=1)
    one, whole = (
        max(float(np.abs(m).max()) for m in part) or 1.0 for part in (shown[:-2], shown[-2:])
    )
    for column, values in enumerate(shown, 1):
        total = column > across - 2
        reach = whole if total else one
        figure.add_heatmap(
            z=values,
            zmin=-reach,
            zmax=reach,
            colorscale=palette.SIGNED,
            showscale=column in (1, across),
            colorbar={
                "title": {"text": "all maps" if total else "one map", "side": "right"},
                "thickness": 10,
                "len": 0.5,
                "y": 0.0,
                "yanchor": "bottom",
                "x": 1.08 if total else 1.0,
                "nticks": 5,
            },
            hovertemplate="row %{y}, column %{x}: %{z:.4g}<extra></extra>",
            row=2,
            col=column,
        )
    figure.update_xaxes(visible=False, constrain="domain", row=2)
    figure.update_yaxes(visible=False, autorange="reversed", constrain="domain", row=2)
    for column in range(1, across + 1):
        figure.update_yaxes(scaleanchor=f"x{column + 1}", row=2, col=column)
    figure.update_annotations(font_size=11)
    return figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 8, "b": 4}, uirevision="images_weights"
    )
