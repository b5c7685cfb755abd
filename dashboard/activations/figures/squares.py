"""What does the network that counts squares see, and what does it answer?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.narrow import below, lying, narrow
from dashboard.language import say, tr

Array = NDArray[Any]
GAP = 2  # pixels between two images of the sheet
FEW = 4  # images of the sheet that a phone shows
PANEL = 220  # height of a panel there, pixels


def sheet(images: Array, counts: Sequence[str], height: int = 170) -> go.Figure:
    """Images in a row, in one trace, with what is to be said of each above it.

    Args:
        images: (N, side, side): −1 dark, 0 background, 1 bright.
        counts: N short texts.
    """
    n, side, _ = images.shape
    z = np.full((side, n * (side + GAP) - GAP), np.nan)
    for i, image in enumerate(images):
        z[:, i * (side + GAP) : i * (side + GAP) + side] = image
    figure = palette.base("act_sheet", height)
    figure.add_heatmap(
        z=z,
        zmin=-1,
        zmax=1,
        colorscale=palette.SIGNED,
        showscale=False,
        hoverongaps=False,
        hovertemplate=tr("pixel %{z}") + "<extra></extra>",
    )
    for i, text in enumerate(counts):
        figure.add_annotation(
            x=i * (side + GAP) + side / 2,
            y=-0.5,
            text=text,
            showarrow=False,
            yanchor="bottom",
            font={"size": 12},
        )
    figure.update_xaxes(visible=False, range=[-1, z.shape[1]])
    narrow(figure, {"xaxis": {"range": [-1, min(n, FEW) * (side + GAP) - 1]}})
    return figure.update_yaxes(visible=False, range=[side, -5], scaleanchor="x")


def look(
    image: Array, filters: Array, maps: Array, titles: Sequence[str], below: Sequence[str]
) -> go.Figure:
    """One image, each filter, and what each answers everywhere.

    Args:
        image: (side, side).
        filters: (F, k, k); all on one symmetric scale.
        maps: (F, side, side) responses after the activation; all on one symmetric scale.
        titles: F, above the filters.
        below: F, above the maps.
    """
    count = len(filters)
    figure = make_subplots(
        rows=2,
        cols=count + 1,
        row_heights=[0.4, 0.6],
        vertical_spacing=0.12,
        horizontal_spacing=0.03,
        specs=[[None, *[{}] * count], [{}] * (count + 1)],
        subplot_titles=[*titles, tr("the image"), *below],
    )
    weight = float(np.abs(filters).max()) or 1.0
    answer = float(np.abs(maps).max()) or 1.0
    _tile(figure, image, 1.0, (2, 1), tr("pixel"))
    for i in range(count):
        _tile(figure, filters[i], weight, (1, i + 2), tr("weight"))
        _tile(figure, maps[i], answer, (2, i + 2), tr("answer"), bar=i == count - 1)
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", constrain="domain")
    for axis in range(1, 2 * count + 2):
        name = "" if axis == 1 else str(axis)
        figure.layout[f"yaxis{name}"].scaleanchor = f"x{name}"
    figure.update_annotations(font_size=12)
    return figure.update_layout(
        uirevision="act_look", height=430, margin={"l": 8, "r": 8, "t": 28, "b": 8}
    )


def _tile(
    figure: go.Figure,
    values: Array,
    reach: float,
    place: tuple[int, int],
    what: str,
    bar: bool = False,
) -> None:
    figure.add_heatmap(
        z=values.astype(np.float32),
        zmin=-reach,
        zmax=reach,
        colorscale=palette.SIGNED,
        showscale=bar,
        colorbar={"thickness": 10, "len": 0.55, "y": 0.25}
        | {"title": {"text": what, "side": "right"}},
        hovertemplate=tr("row %{y}, column %{x}") + f"<br>{what} %{{z:.3f}}<extra></extra>",
        row=place[0],
        col=place[1],
    )


def answers(
    truth: Array, predictions: Mapping[str, Array], mean: float, height: int = 330
) -> go.Figure:
    """Predicted against true numbers of squares, one panel an activation, on shared axes.

    Args:
        truth: (N,).
        predictions: label to (N,).
        mean: of the numbers: the best constant.
    """
    columns = max(1, len(predictions))
    figure = make_subplots(rows=1, cols=columns, shared_yaxes=True, column_titles=list(predictions))
    shake = np.random.default_rng(0).uniform(-0.18, 0.18, len(truth))
    low, high = float(truth.min()) - 0.5, float(truth.max()) + 0.5
    for column, values in enumerate(predictions.values(), 1):
        for name, y, dash in (("right", [low, high], "dash"), ("constant", [mean, mean], "dot")):
            figure.add_scatter(
                x=[low, high],
                y=y,
                mode="lines",
                name=tr("the right number") if name == "right" else tr("the best constant"),
                legendgroup=name,
                showlegend=column == 1,
                line={"color": palette.GREY, "dash": dash, "width": 1.5},
                hoverinfo="skip",
                row=1,
                col=column,
            )
        figure.add_scatter(
            x=truth + shake,
            y=values.astype(np.float32),
            mode="markers",
            name=tr("an image"),
            legendgroup="image",
            showlegend=column == 1,
            marker={"size": 6, "color": palette.colour(5), "opacity": 0.65},
            hovertemplate=tr("answer %{y:.2f}") + "<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_xaxes(title=tr("squares (shaken sideways)"), range=[low, high], dtick=1)
    figure.update_yaxes(title=tr("answer"), row=1, col=1)
    figure.update_layout(
        uirevision="act_answers",
        height=height,
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        legend={"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 0},
    )
    few = below([PANEL] * columns, 84, 130)
    few |= {"legend": {"y": 1 + 30 / (few["height"] - 130)}, "margin": {"t": 80, "b": 50}}
    narrow(figure, few)
    return figure


def readouts(found: Mapping[str, tuple[Array, Array]], chosen: int, height: int = 330) -> go.Figure:
    """The first two readouts of every seed, coloured by its bias, one panel an activation.

    Each panel has its own scale of colours, told above it: a network that answers a constant has a
    bias of that size, and would hide all others.

    Args:
        found: label to (readout (S, F), bias (S,)).
        chosen: the seed that is looked at, with a ring.
    """
    columns = max(1, len(found))
    reach = {
        label: max((abs(float(x)) for x in b[np.isfinite(b)]), default=1.0) or 1.0
        for label, (_, b) in found.items()
    }
    titles = [
        say("activations.b_within", label=label, most=f"{most:.2g}")
        for label, most in reach.items()
    ]
    figure = make_subplots(rows=1, cols=columns, column_titles=titles, horizontal_spacing=0.09)
    for column, (label, (a, b)) in enumerate(found.items(), 1):
        two = a.shape[1] > 1
        size = np.full(len(b), 10)
        edge = np.where(np.arange(len(b)) == chosen, 3, 0.5)
        size[min(chosen, len(b) - 1)] = 15
        figure.add_scatter(
            x=a[:, 0],
            y=a[:, 1] if two else b,
            mode="markers",
            showlegend=False,
            marker={
                "size": size,
                "color": b / reach[label],
                "cmin": -1,
                "cmax": 1,
                "colorscale": palette.SIGNED,
                "line": {"width": edge, "color": palette.GREY},
                "showscale": column == columns,
                "colorbar": {
                    "thickness": 10,
                    "title": {"text": tr("bias b, of the panel's largest"), "side": "right"},
                },
            },
            customdata=np.column_stack([np.arange(len(b)), b]),
            hovertemplate=tr("seed %{customdata[0]}") + ": a₁ = %{x:.3f}, a₂ = %{y:.3f}, "
            "b = %{customdata[1]:.3f}<extra></extra>",
            row=1,
            col=column,
        )
        figure.update_xaxes(title="a₁", zeroline=True, row=1, col=column)
        figure.update_yaxes(title="a₂" if two else "b", zeroline=True, row=1, col=column)
    figure.update_layout(
        uirevision="act_readouts", height=height, margin={"l": 8, "r": 8, "t": 28, "b": 8}
    )
    few = below([PANEL] * columns, 84, 140) | {"margin": {"b": 110}}
    bar = {"colorbar": lying(-56 / (few["height"] - 140))}
    narrow(figure, few, {columns - 1: {"marker": bar}})
    return figure
