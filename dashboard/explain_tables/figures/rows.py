"""How do the same columns act together in every single row?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale
from plotly.subplots import make_subplots
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering

from dashboard.explain_tables.figures.all_rows import Floats, order_of
from dashboard.figures import palette
from dashboard.figures.narrow import folded, narrow
from dashboard.language import say, tr

GROUPS = 9  # colours of the lines
LINES = 150  # rows whose lines are drawn, at most
CLUSTERED = 1000  # rows that are put in order by likeness; more are put in order by answer


def alike(values: Floats) -> NDArray[np.int64]:
    """An order of the rows (R, F) in which rows with the same reasons stand together."""
    if not 2 < len(values) <= CLUSTERED:
        return np.argsort(values.sum(1), kind="stable")
    tree = linkage(values, method="average")
    if len(values) <= 300:  # slow for more
        tree = optimal_leaf_ordering(tree, values)
    return leaves_list(tree).astype(np.int64)


def heat(
    values: Floats,
    answers: Floats,
    rows: NDArray[np.int64],
    order: NDArray[np.int64],
    features: Sequence[str],
    unit: str,
    most: int = 12,
) -> go.Figure:
    """Every row a column of colours, below its answer.

    Args:
        values: (R, F).
        answers: (R,).
        rows: (R,) numbers of the rows.
        order: (R,) in which they stand.
        features: F names.
        unit: of the values.
        most: features that are drawn; the rest is one line, their sum.
    """
    shown = order_of(values, most)
    names = [features[f] for f in shown]
    z = values[order][:, shown].T
    if len(shown) < len(features):
        rest = np.setdiff1d(np.arange(len(features)), shown)
        z = np.vstack([z, values[order][:, rest].sum(1)])
        names.append(say("explain_tables.more_together", n=len(rest)))
    reach = float(np.quantile(np.abs(z), 0.995)) or 1.0
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.03, row_heights=[0.25, 0.75]
    )
    place = np.arange(len(order))
    figure.add_scatter(
        x=place,
        y=answers[order],
        mode="lines",
        customdata=rows[order],
        line={"color": palette.colour(7), "width": 1},
        hovertemplate=tr("row %{customdata}: %{y:.3f}<extra></extra>"),
        showlegend=False,
        row=1,
        col=1,
    )
    figure.add_heatmap(
        z=z.astype(np.float32),
        x=place,
        y=names,
        zmin=-reach,
        zmax=reach,
        colorscale=palette.SIGNED,
        customdata=np.broadcast_to(rows[order], z.shape),
        colorbar={
            "title": {"text": say("explain_tables.axis_value", unit=unit), "side": "right"},
            "thickness": 10,
            "len": 0.75,
            "y": 0.375,
        },
        hovertemplate=tr("row %{customdata}, %{y}: %{z:+.3f}<extra></extra>"),
        row=2,
        col=1,
    )
    figure.update_yaxes(title=tr("answer"), row=1, col=1)
    figure.update_yaxes(title=tr("column"), autorange="reversed", row=2, col=1)
    title = tr("rows, those with the same reasons beside each other")
    figure.update_xaxes(title=title, row=2, col=1)
    narrow(figure, {"xaxis2": {"title": folded(title, 24)}})
    return figure.update_layout(
        uirevision="tables_heat",
        height=190 + 26 * len(names),
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        hovermode="closest",
    )


def decisions(
    values: Floats,
    base: float,
    rows: NDArray[np.int64],
    features: Sequence[str],
    unit: str,
    chosen: int,
    most: int = 15,
) -> go.Figure:
    """Each row a line that starts at the base and takes one column after the other up to its
    answer; coloured by where it ends.

    Args:
        values: (R, F).
        base: mean answer to the background.
        rows: (R,) numbers of the rows.
        features: F names.
        unit: of the answers.
        chosen: number of the row that is drawn thick.
        most: features that are drawn apart; the rest is the first step.
    """
    shown = order_of(values, most)[::-1]  # the smallest first, from below
    rest = np.setdiff1d(np.arange(len(features)), shown)
    kept = np.unique(np.linspace(0, len(rows) - 1, min(LINES, len(rows))).round().astype(int))
    if len(here := np.flatnonzero(rows == chosen)):
        kept = np.unique(np.append(kept, here))
    steps = [values[kept][:, rest].sum(1)[:, None], values[kept][:, shown]]
    path = base + np.cumsum(np.hstack([np.zeros((len(kept), 1)), *steps]), axis=1)
    names = [tr("base"), *(features[f] for f in shown)]
    if len(rest):
        names.insert(1, say("explain_tables.more", n=len(rest)))
    else:
        path = path[:, 1:]
    y = np.arange(path.shape[1])
    figure = palette.base("tables_decision", 150 + 30 * len(names))
    ends = path[:, -1]
    edges = np.unique(np.quantile(ends, np.linspace(0, 1, GROUPS + 1)[1:-1]))
    group = np.searchsorted(edges, ends)
    colours = sample_colorscale(palette.MARKS, np.linspace(0, 1, len(edges) + 1))
    for number, colour in enumerate(colours):
        lines = np.flatnonzero(group == number)
        if not len(lines):
            continue
        gap = np.full((len(lines), 1), np.nan)
        figure.add_scatter(
            x=np.hstack([path[lines], gap]).ravel(),
            y=np.tile(np.append(y, np.nan), len(lines)),
            customdata=np.repeat(rows[kept][lines], len(y) + 1),
            mode="lines+markers",
            line={"color": colour, "width": 1},
            marker={"size": 3},
            opacity=0.75,
            hovertemplate=tr("row %{customdata}: %{x:.3f}<extra></extra>"),
            showlegend=False,
        )
    if len(here):
        line = np.flatnonzero(rows[kept] == chosen)[0]
        figure.add_scatter(
            x=path[line],
            y=y,
            customdata=np.full(len(y), chosen),
            mode="lines+markers",
            name=say("explain_tables.row_name", row=chosen),
            line={"color": palette.colour(5), "width": 3.5},
            marker={"size": 7, "symbol": "diamond"},
            hovertemplate=say("explain_tables.row_name", row=chosen) + ": %{x:.3f}<extra></extra>",
        )
    low, high = float(ends.min()), float(ends.max())
    figure.add_scatter(  # only its colour bar is seen
        x=[None],
        y=[None],
        mode="markers",
        marker={
            "color": [low],
            "colorscale": palette.MARKS,
            "cmin": 0,
            "cmax": 1,
            "colorbar": {
                "title": {"text": tr("answer, by rank"), "side": "right"},
                "thickness": 10,
                "tickvals": [0, 1],
                "ticktext": [f"{low:.3g}", f"{high:.3g}"],
            },
        },
        showlegend=False,
        hoverinfo="skip",
    )
    figure.add_vline(x=base, line={"color": palette.FAINT, "dash": "dash"})
    figure.update_xaxes(title=say("explain_tables.axis_so_far", unit=unit))
    figure.update_yaxes(
        title=tr("columns, one after the other"), tickvals=list(y), ticktext=names, zeroline=False
    )
    return figure
