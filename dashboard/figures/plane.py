"""What does a network do with points in the plane?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.narrow import narrow
from dashboard.language import say, tr

Array = NDArray[Any]
ACROSS = 16  # thumbnails of units in a row, at most


def surface(
    probabilities: Array,
    extent: tuple[float, float],
    parts: Mapping[str, tuple[Array, NDArray[np.int64]]],
    classes: tuple[str, ...],
    *,
    discrete: bool = False,
    height: int = 430,
) -> go.Figure:
    """Class probabilities over the plane, with the points they were learned and judged from.

    Args:
        probabilities: (K, side, side), rows from the lowest x2.
        extent: lowest and highest coordinate of the grid on both axes.
        parts: label to (points (n, 2), classes (n,)): training dots filled, others hollow.
        classes: names in index order.
        discrete: show the winning class instead of its probability.
    """
    figure = palette.base("surface", height)
    names = tuple(map(tr, classes))
    k, side, _ = probabilities.shape
    p = probabilities.astype(np.float64)
    if discrete:
        p = np.eye(k)[p.argmax(0)].transpose(2, 0, 1)
    axis = np.linspace(*extent, side)
    if k == 2:
        figure.add_heatmap(
            x=axis,
            y=axis,
            z=p[1],
            zmin=0,
            zmax=1,
            zsmooth=False if discrete else "fast",
            colorscale=[[0, palette.PALE_BLUE], [0.5, palette.NEUTRAL], [1, palette.PALE_ORANGE]],
            colorbar={"title": {"text": f"p({names[1]})", "side": "right"}, "thickness": 10},
            hovertemplate="x1 %{x:.2f}, x2 %{y:.2f}<br>"
            f"p({names[1]}) %{{z:.3f}}<extra></extra>",
        )
        _border(figure, axis, p[0], 0.5)
        colours: tuple[int, ...] = (0, 5)  # blue where p is low, orange-red where high, as in units
    else:
        figure.add_image(
            z=blend(p),
            x0=axis[0],
            y0=axis[0],
            dx=axis[1] - axis[0],
            dy=axis[1] - axis[0],
            customdata=np.stack([p.argmax(0), p.max(0)], -1),
            hovertemplate="x1 %{x:.2f}, x2 %{y:.2f}<br>"
            + tr("class %{customdata[0]}, p %{customdata[1]:.3f}")
            + "<extra></extra>",
        )
        rest = np.where(np.eye(k, dtype=bool)[:, :, None, None], -np.inf, p).max(1)  # (K, y, x)
        for number in range(k):  # where a class is as likely as the likeliest of the others
            _border(figure, axis, p[number] - rest[number], 0.0)
        colours = tuple(range(k))
    _points(figure, parts, names, colours)
    _square(figure, extent)
    return figure


def _border(figure: go.Figure, axis: Array, values: Array, at: float) -> None:
    """Where values over the plane are equal to a number."""
    figure.add_contour(
        x=axis,
        y=axis,
        z=values,
        contours={"start": at, "end": at, "coloring": "none"},
        line={"color": palette.DARK, "width": 1.5},
        showscale=False,
        hoverinfo="skip",
        showlegend=False,
    )


def density(
    values: Array, extent: tuple[float, float], points: Array, height: int = 430
) -> go.Figure:
    """A learned density over the plane, per unit of area, with the points it was learned from."""
    figure = palette.base("density", height)
    axis = np.linspace(*extent, len(values))
    figure.add_heatmap(
        x=axis,
        y=axis,
        z=values.astype(np.float64),
        zmin=0,
        colorscale=palette.UNSIGNED,
        zsmooth="fast",
        colorbar={"title": {"text": tr("density"), "side": "right"}, "thickness": 10},
        hovertemplate="x1 %{x:.2f}, x2 %{y:.2f}<br>" + tr("density %{z:.3g}") + "<extra></extra>",
    )
    figure.add_scattergl(
        x=points[:, 0],
        y=points[:, 1],
        mode="markers",
        name=tr("training"),
        hoverinfo="skip",
        marker={"size": 4, "color": palette.ORANGE, "opacity": 0.6},
    )
    _square(figure, extent)
    return figure


def _points(
    figure: go.Figure,
    parts: Mapping[str, tuple[Array, NDArray[np.int64]]],
    classes: tuple[str, ...],
    colours: tuple[int, ...],
) -> None:
    for number, (part, (x, y)) in enumerate(parts.items()):
        for index, name in enumerate(classes):
            rows = y == index
            fill = palette.colour(colours[index])
            figure.add_scatter(
                x=x[rows, 0],
                y=x[rows, 1],
                mode="markers",
                name=name,
                legendgroup=name,
                showlegend=number == 0,
                marker={
                    "size": 7 if number == 0 else 6,
                    "symbol": palette.marker(index) + ("" if number == 0 else "-open"),
                    "color": fill,
                    "line": {"color": palette.EDGE if number == 0 else fill, "width": 1},
                },
                hovertemplate=f"{name}, {part}<br>x1 %{{x:.2f}}, x2 %{{y:.2f}}<extra></extra>",
            )


def _square(figure: go.Figure, extent: tuple[float, float]) -> None:
    low, high = extent
    figure.update_xaxes(title="x1", range=[low, high], showgrid=False, zeroline=False)
    figure.update_yaxes(
        title="x2",
        range=[low, high],
        showgrid=False,
        zeroline=False,
        scaleanchor="x",
        autorange=False,
    )


def units(layers: Mapping[str, Array], each: int = 72) -> go.Figure:
    """What each hidden unit answers over the plane: square thumbnails, a layer below the other.

    One trace a layer, which draws many times faster than a trace a unit.

    Args:
        layers: layer name to (U, side, side), rows from the lowest x2; coloured on the layer's own
            symmetric scale, blue below zero and orange-red above.
    """
    names = sorted(layers, key=lambda name: (len(name), name))
    side = next(iter(layers.values())).shape[-1] if layers else 1
    pitch = side + 2
    ticks: dict[float, str] = {}  # in the middle of each layer's first row
    across = min(ACROSS, max((len(maps) for maps in layers.values()), default=1))
    figure, rows = palette.base("units"), 0
    for number, name in enumerate(names, 1):
        maps = layers[name].astype(np.float32)
        reach = float(np.abs(maps).max()) or 1.0
        ticks[rows * pitch + side / 2] = say(
            "figures.layer_reach", number=number, reach=f"{reach:.2g}"
        )
        lines = -(-len(maps) // across)
        strip = np.full((lines * pitch, across * pitch), np.nan, np.float32)
        for place, one in enumerate(maps):
            top, left = place // across * pitch, place % across * pitch
            strip[top : top + side, left : left + side] = one[::-1]
        figure.add_heatmap(
            z=strip,
            y0=rows * pitch,
            zmin=-reach,
            zmax=reach,
            colorscale=palette.SIGNED,
            showscale=False,
            hovertemplate=tr("answer %{z:.3f}") + "<extra></extra>",
            hoverongaps=False,
        )
        rows += lines
    figure.update_xaxes(visible=False, constrain="domain", range=[-0.5, across * pitch - 0.5])
    figure.update_yaxes(
        range=[rows * pitch - 0.5, -0.5],
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
        showgrid=False,
        zeroline=False,
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
    )
    narrow(figure, {"height": rows * min(each, 290 // across) + 24})
    return figure.update_layout(height=rows * each + 24, margin={"l": 8, "r": 8, "t": 8, "b": 8})


def gallery(surfaces: Mapping[str, Array], columns: int = 4, each: int = 210) -> go.Figure:
    """Decision surfaces side by side, on one scale: the class that wins, paler where it is unsure.

    Args:
        surfaces: label to class probabilities (K, side, side), rows from the lowest x2.
    """
    rows = max(1, -(-len(surfaces) // columns))
    figure = make_subplots(
        rows=rows,
        cols=columns,
        subplot_titles=list(surfaces),
        horizontal_spacing=0.01,
        vertical_spacing=0.12 / rows,
    )
    for index, p in enumerate(surfaces.values()):
        figure.add_image(
            z=blend(p.astype(np.float64))[::-1],
            row=index // columns + 1,
            col=index % columns + 1,
            hoverinfo="skip",
        )
    figure.update_annotations(font_size=12)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(
        height=rows * each + 30, margin={"l": 4, "r": 4, "t": 28, "b": 4}, uirevision="gallery"
    )
    return figure


def blend(p: Array) -> NDArray[np.uint8]:
    """Class probabilities (K, h, w) as an RGB picture (h, w, 3), each class in its colour."""
    k = len(p)
    order = (0, 5) if k == 2 else range(k)
    paint = np.array([palette.rgb(i) for i in order], np.float64)
    mix = np.einsum("kyx,kc->yxc", p, 0.55 * paint + 0.45 * 255)
    return mix.round().clip(0, 255).astype(np.uint8)


def fitted(
    curve: Array, parts: Mapping[str, tuple[Array, Array]], target: str, height: int = 430
) -> go.Figure:
    """A regression over one input, with the points it was learned and judged from.

    Args:
        curve: (2, n), x and prediction.
        parts: label to (x (n, 1), y (n, 1)).
        target: name of y.
    """
    figure = palette.base("fitted", height)
    for number, (part, (x, y)) in enumerate(parts.items()):
        figure.add_scatter(
            x=x[:, 0],
            y=y[:, 0],
            mode="markers",
            name=part,
            marker={
                "size": 6,
                "color": palette.colour(number),
                "symbol": palette.marker(number),
                "opacity": 0.7,
            },
        )
    figure.add_scatter(
        x=curve[0].astype(np.float64),
        y=curve[1].astype(np.float64),
        mode="lines",
        name=tr("network"),
        line={"color": palette.colour(5), "width": 3},
    )
    figure.update_xaxes(title="x")
    figure.update_yaxes(title=target)
    return figure
