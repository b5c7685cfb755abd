"""How strong are signals and gradients in every layer, and for which pairs do they survive?"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.narrow import below, lying, narrow
from dashboard.language import tr
from engine.topics.activations.histogram import Histogram
from engine.topics.activations.mean_field import Theory
from engine.topics.activations.profile import Signal

Pairs = tuple[NDArray[np.int64], NDArray[np.float64]]
HALF = 0.46  # of the distance between two layers: the widest part of a violin
LEVEL = 2.0  # decades that are shown at least: what stays level looks level
REACH = 4.0  # decades from which colours of the map no longer change


def violins(
    histogram: Histogram, spread: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The outlines of all layers as one line with gaps, each as wide as every other.

    A width is the square root of a count (Tukey's rootogram): beside the many exact zeros of a ReLU
    nothing else could be seen.

    Args:
        histogram: of L layers.
        spread: (L,) what each layer's values are divided by; None leaves them.
    """
    counts, edges = histogram.counts, histogram.edges
    if len(counts) > 16:  # half the bins: there is no room to see them
        counts = counts.reshape(len(counts), -1, 2).sum(-1)
        edges = edges[:, ::2]
    middle = (edges[:, 1:] + edges[:, :-1]) / 2
    if spread is not None:
        middle = middle / np.where(spread > 0, spread, 1)[:, None]
    width = HALF * np.sqrt(counts / np.maximum(counts.max(1, keepdims=True), 1))
    layer = np.arange(1, len(counts) + 1)[:, None]
    gap = np.full((len(counts), 1), np.nan)
    x = np.hstack([layer - width, (layer + width)[:, ::-1], gap])
    y = np.hstack([middle, middle[:, ::-1], gap])
    return x.ravel().astype(np.float32), y.ravel().astype(np.float64)


def layers(
    now: Signal, first: Signal, theory: Theory | None, *, own: bool = False, height: int = 760
) -> go.Figure:
    """Distributions, strengths and shares of idle units, layer by layer: forwards and backwards.

    Args:
        now: what is shown.
        first: before training; the theory's gradient is anchored at its last layer.
        theory: of the network before training.
        own: each layer in units of its own spread, instead of one scale for all.
    """
    count = len(now.std)
    layer = np.arange(1, count + 1)
    figure = make_subplots(
        rows=3,
        cols=2,
        shared_xaxes=True,
        vertical_spacing=0.05,
        horizontal_spacing=0.09,
        row_heights=[0.42, 0.36, 0.22],
        column_titles=[tr("forwards: the signal"), tr("backwards: its gradient")],
    )
    for column, histogram, spread, colour in (
        (1, now.activations, now.std, 0),
        (2, now.gradients, now.gradient, 5),
    ):
        x, y = violins(histogram, spread if own else None)
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            fillcolor=palette.faded(colour, 0.55),
            line={"color": palette.colour(colour), "width": 1},
            hoverinfo="skip",
            showlegend=False,
            row=1,
            col=column,
        )
    strong = [
        (1, tr("signal, after the activation"), now.std, 0, "solid"),
        (1, tr("signal, before the activation"), now.before, 2, "dot"),
        (2, tr("gradient"), now.gradient, 5, "solid"),
    ]
    if theory is not None:
        strong += [
            (1, tr("signal before the activation, by theory"), theory.std, 7, "dash"),
            (2, tr("gradient, by theory"), theory.gradient * first.gradient[-1], 7, "dash"),
        ]
    for column, name, values, colour, dash in strong:
        shown = np.where(np.isfinite(values) & (values > 0), values, np.nan)
        figure.add_scatter(
            x=layer,
            y=shown,
            name=name,
            mode="lines+markers" if count <= 25 and dash != "dash" else "lines",
            line={"color": palette.colour(colour), "dash": dash, "width": 2.5},
            marker={"size": 6, "symbol": palette.marker(colour)},
            hovertemplate=f"{name}, " + tr("layer %{x}: %{y:.3g}") + "<extra></extra>",
            row=2,
            col=column,
        )
    for column, name, values, colour in (
        (1, tr("saturated: slope below 5 % of the steepest"), now.saturated, 3),
        (2, tr("dead: no gradient from any example"), now.dead, 6),
    ):
        figure.add_bar(
            x=layer,
            y=values,
            name=name,
            marker={"color": palette.colour(colour), "line": {"width": 0}},
            hovertemplate=tr("layer %{x}: %{y:.1%}") + "<extra></extra>",
            row=3,
            col=column,
        )
    unit = tr("÷ the layer's own spread") if own else ""
    figure.update_yaxes(title=f"{tr('activation')}<br>{unit}", row=1, col=1)
    figure.update_yaxes(title=f"{tr('gradient')}<br>{unit}", row=1, col=2)
    figure.update_yaxes(exponentformat="power", row=1)
    for name, title, column in (
        ("y3", tr("standard deviation"), 1),
        ("y4", tr("root mean square"), 2),
    ):
        drawn = [np.asarray(t.y, float) for t in figure.data if t.yaxis == name and t.y is not None]
        level = decades(np.concatenate([np.empty(0), *drawn]), reach=LEVEL)
        figure.update_yaxes(title=title, **level, row=2, col=column)
    figure.update_yaxes(title=tr("share"), range=[0, 1], tickformat=".0%", row=3)
    figure.update_xaxes(range=[0.4, count + 0.6])
    figure.update_xaxes(title=tr("layer"), row=3)
    figure.update_layout(
        uirevision="act_signal",
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": -0.09, "yanchor": "top", "x": 0},
    )
    few = below(2 * [200, 190, 110], 76, 230, order=(1, 3, 5, 2, 4, 6), titled=(1, 2))
    few |= {"legend": {"y": -60 / (few["height"] - 230)}, "margin": {"b": 200}}
    narrow(figure, few)
    return figure


def pairs(
    decades: NDArray[np.float64],
    activations: Sequence[str],
    rules: Sequence[str],
    here: tuple[int, int],
    height: int = 520,
) -> go.Figure:
    """Decades that the gradient loses (orange) or gains (blue) on its way back.

    Args:
        decades: (A, I); infinite where nothing arrives, nan where there is none at all.
        activations: labels of the rows.
        rules: labels of the columns.
        here: row and column of the pair that is shown above.
    """
    figure = palette.base("act_map", height)
    text = [[_cell(value) for value in row] for row in decades]
    figure.add_heatmap(
        z=np.clip(decades, -REACH, REACH),
        zmin=-REACH,
        zmax=REACH,
        colorscale=palette.SIGNED,
        xgap=1,
        ygap=1,
        text=text,
        texttemplate="%{text}",
        textfont={"size": 11},
        customdata=[[[row, rule] for rule in rules] for row in activations],
        hovertemplate="%{customdata[0]}, %{customdata[1]}<br>"
        + tr("%{text} decades")
        + "<extra></extra>",
        colorbar={
            "title": {"text": tr("decades lost on the way back"), "side": "right"},
            "thickness": 10,
            "tickvals": [-4, -2, 0, 2, 4],
            "ticktext": [
                tr("−4 or less: explodes"),
                "−2",
                tr("0: kept"),
                "2",
                tr("4 or more: vanishes"),
            ],
        },
    )
    row, column = here
    figure.add_shape(
        type="rect",
        x0=column - 0.5,
        x1=column + 0.5,
        y0=row - 0.5,
        y1=row + 0.5,
        line={"color": palette.colour(2), "width": 3},
    )
    figure.update_xaxes(
        title=tr("initial weights"),
        tickvals=list(range(len(rules))),
        ticktext=list(rules),
        showgrid=False,
        zeroline=False,
        range=[-0.5, len(rules) - 0.5],
    )
    figure.update_yaxes(
        title=tr("activation"),
        tickvals=list(range(len(activations))),
        ticktext=list(activations),
        showgrid=False,
        zeroline=False,
        range=[len(activations) - 0.5, -0.5],
    )
    few_ticks = [tr("−4 or less"), "−2", "0", "2", tr("4 or more")]
    low = 130 / (height - 40)  # below the names of the rules
    narrow(
        figure,
        {"height": height + 100, "xaxis": {"tickangle": 90}, "margin": {"b": 190}},
        {0: {"textfont": {"size": 7}, "colorbar": lying(-low, 0.8, ticktext=few_ticks)}},
    )
    return figure.update_layout(dragmode=False)


def _cell(value: float) -> str:
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return tr("all") if value > 0 else "∞"
    return "0" if abs(value) < 0.05 else f"{value:+.1f}".replace("-", "−")  # no signed zeros


def learning(curves: Mapping[str, Pairs], step: int, steps: int, height: int = 240) -> go.Figure:
    """Curves over the updates, one panel each, with the moment that is shown.

    Args:
        curves: axis title to (steps, values).
        step: of the picture above.
        steps: right end of the axis.
    """
    figure = make_subplots(rows=1, cols=max(1, len(curves)), horizontal_spacing=0.09)
    for column, (title, (at, values)) in enumerate(curves.items(), 1):
        figure.add_scatter(
            x=at,
            y=values,
            name=title,
            mode="lines",
            line={"color": palette.colour(column - 1), "width": 2},
            hovertemplate=tr("update %{x:,}: %{y:.4f}") + "<extra></extra>",
            row=1,
            col=column,
        )
        figure.update_yaxes(title=title, row=1, col=column)
        figure.add_vline(x=step, line={"color": palette.FAINT, "width": 2}, row=1, col=column)
    figure.update_xaxes(title=tr("updates"), range=[0, steps])
    figure.update_layout(
        uirevision="act_learning",
        height=height,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        showlegend=False,
    )
    narrow(figure, below([180] * max(1, len(curves)), 64, 70, titled=()))
    return figure
