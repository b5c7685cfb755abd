"""What did each column do over all rows: point by point, on average, and added up?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.narrow import folded, narrow, stacked
from dashboard.language import say, tr

Floats = NDArray[np.float64]
Words = Sequence[Sequence[str] | None]  # of each feature: its values in words; None: a number
COLUMNS = 120  # bins of a swarm
WIDTH = 0.42  # half the room of a feature


def pattern(index: int) -> dict[str, object]:
    """Lines over a filled bar, so that bars differ by more than their colour."""
    return {
        "shape": ("", "/", ".", "x", "-", "+")[index % 6],
        "fillmode": "overlay",
        "fgcolor": "rgba(255,255,255,0.6)",
        "solidity": 0.2,
    }


def order_of(values: Floats, most: int) -> NDArray[np.int64]:
    """Numbers of the features with the largest mean |value|, largest first."""
    return np.argsort(-np.abs(values).mean(0), kind="stable")[:most]


def swarm(values: Floats, low: float, high: float) -> Floats:
    """How far each of (R,) points stands from its line, so that neighbours do not cover each
    other: −1 to 1, as wide as there are points."""
    span = (high - low) or 1.0
    place = np.clip((values - low) / span * COLUMNS, 0, COLUMNS - 1).astype(np.int64)
    order = np.argsort(place, kind="stable")
    counts = np.bincount(place, minlength=COLUMNS)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(len(values)) - first[place[order]]
    side = np.where(rank % 2, 1, -1) * ((rank + 1) // 2)
    return side / max(1, counts.max() / 2)


def ranks(column: Floats) -> Floats:
    """(R,) places of the values in their order, 0 of the lowest to 1 of the highest."""
    found, back = np.unique(column, return_inverse=True)
    if len(found) == 1:
        return np.full(len(column), 0.5)
    middle = np.cumsum(np.bincount(back)) - np.bincount(back) / 2
    return ((middle - middle[0]) / (middle[-1] - middle[0]))[back]


def _by_rank(column: Floats, bar: bool) -> dict[str, object]:
    """Colours of numbers by their rank; categories have no order, and so no such colours."""
    return {
        "color": ranks(column),
        "colorscale": palette.MARKS,
        "cmin": 0,
        "cmax": 1,
        "showscale": bar,
        "colorbar": {
            "title": {"text": tr("value of the column, by rank"), "side": "right"},
            "thickness": 10,
            "tickvals": [0, 1],
            "ticktext": [tr("lowest"), tr("highest")],
        },
    }


def beeswarm(
    values: Floats,
    x: Floats,
    rows: NDArray[np.int64],
    features: Sequence[str],
    words: Words,
    unit: str,
    chosen: int,
    most: int = 12,
) -> go.Figure:
    """One point a row and feature: where it pushes the answer, coloured by the feature's value.

    Args:
        values: (R, F).
        x: (R, F) raw values.
        rows: (R,) numbers of the rows in the table.
        features: F names.
        words: of categories.
        unit: of the values.
        chosen: number of the row that is marked.
        most: features that are drawn.
    """
    order = order_of(values, most)
    figure = palette.base("tables_beeswarm", 110 + 44 * len(order))
    low, high = float(values.min()), float(values.max())
    numbers = [place for place, feature in enumerate(order[::-1]) if words[feature] is None]
    last = numbers[0] if numbers else -1  # it has the colour bar
    for place, feature in enumerate(order[::-1]):
        names = words[feature]
        column = x[:, feature]
        extra = {} if names is None else {"text": [names[int(v)] for v in column]}
        shown = "%{customdata[1]:.4g}" if names is None else "%{text}"
        figure.add_scattergl(
            x=values[:, feature],
            y=place + WIDTH * swarm(values[:, feature], low, high),
            mode="markers",
            name=features[feature],
            customdata=np.stack([rows, column], 1),
            marker={
                "size": 5,
                **(_by_rank(column, place == last) if names is None else {"color": palette.GREY}),
            },
            hovertemplate=f"{features[feature]} = {shown}<br>"
            + tr("%{x:+.3f} in row %{customdata[0]}")
            + "<extra></extra>",
            showlegend=False,
            **extra,
        )
    here = np.flatnonzero(rows == chosen)
    if len(here):
        figure.add_scatter(
            x=values[here[0], order[::-1]],
            y=np.arange(len(order)),
            mode="markers",
            name=say("explain_tables.row_name", row=chosen),
            marker={
                "size": 12, "symbol": "diamond-open", "color": palette.colour(5),
                "line": {"width": 2.5},
            },
            hovertemplate=say("explain_tables.row_name", row=chosen) + ": %{x:+.3f}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": palette.FAINT, "width": 1})
    figure.update_xaxes(title=say("explain_tables.axis_value", unit=unit))
    figure.update_yaxes(
        title=tr("column"),
        tickvals=list(range(len(order))),
        ticktext=[features[f] for f in order[::-1]],
        range=[-0.7, len(order) - 0.3],
        zeroline=False,
    )
    return figure


def bars(
    values: Floats,
    drops: Floats | None,
    features: Sequence[str],
    unit: str,
    measure: str,
    most: int = 15,
) -> go.Figure:
    """Mean |Shapley value| beside what shuffling the column costs.

    Args:
        values: (R, F).
        drops: (F, repeats) of the measure; None: not known yet.
        features: F names.
        unit: of the values.
        measure: what drops.
        most: features that are drawn.
    """
    order = order_of(values, most)[::-1]
    names = [features[f] for f in order]
    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.04,
        column_titles=[tr("by Shapley values"), tr("by shuffling the column")],
    )  # fmt: skip
    figure.add_bar(
        x=np.abs(values).mean(0)[order],
        y=names,
        orientation="h",
        marker={"color": palette.colour(0)},
        hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        row=1,
        col=1,
    )
    if drops is not None:
        figure.add_bar(
            x=drops.mean(1)[order],
            y=names,
            orientation="h",
            marker={"color": palette.colour(1), "pattern": pattern(1)},
            error_x={
                "type": "data",
                "array": drops.std(1)[order],
                "thickness": 2,
                "color": palette.colour(7),
            },
            hovertemplate="%{y}: %{x:.4f} ± %{error_x.array:.4f}<extra></extra>",
            row=1,
            col=2,
        )
    title = say("explain_tables.axis_mean", unit=unit)
    figure.update_xaxes(title=title, row=1, col=1)
    figure.update_xaxes(title=say("explain_tables.axis_loss", measure=measure), row=1, col=2)
    figure.update_yaxes(title=tr("column"), row=1, col=1)
    (upper, lower), total = stacked([24 * len(order)] * 2, 100)
    few = {
        "height": total + 110,
        "annotations": [{"x": 0.5, "y": upper[1]}, {"x": 0.5, "y": lower[1]}],
        "xaxis": {"domain": [0, 1], "title": folded(title, 30)},
        "xaxis2": {"domain": [0, 1]},
        "yaxis": {"domain": list(upper)},
        "yaxis2": {"domain": list(lower), "showticklabels": True},
    }
    narrow(figure, few)
    return figure.update_layout(
        uirevision="tables_bars",
        height=110 + 30 * len(order),
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        showlegend=False,
    )
