"""How do many runs of a few kinds develop? Panels with a median, from lowest to highest."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.between import between
from dashboard.figures.narrow import below, narrow
from dashboard.language import tr

Table = NDArray[np.float64]


def panels(
    name: str,
    shown: Mapping[str, Mapping[str, Table]],
    updates: NDArray[np.int64],
    *,
    steps: int,
    columns: int = 2,
    switch: tuple[int, str] | None = None,
    at: int | None = None,
    limits: Mapping[str, tuple[float, float]] | None = None,
    each: int = 260,
) -> go.Figure:
    """One panel a measure; in each one line a kind, the band from the lowest to the highest.

    Args:
        name: constant, for the zoom to survive.
        shown: axis title to kind to values (S seeds, T), nan where a run has none.
        updates: (T,).
        steps: right end of the axis.
        columns: panels in a row.
        switch: update at which something is changed, and what.
        at: the update of the pictures below.
        limits: axis title to the ends of its axis.
    """
    rows = -(-len(shown) // columns)
    figure = make_subplots(
        rows=rows, cols=columns, shared_xaxes=True, vertical_spacing=0.08, horizontal_spacing=0.09
    )
    for number, (title, kinds) in enumerate(shown.items()):
        place = {"row": number // columns + 1, "col": number % columns + 1}
        for index, (kind, table) in enumerate(kinds.items()):
            low, middle, high = _spread(table)
            area = between(updates, low, high, palette.faded(index, 0.18), kind)
            figure.add_scatter(**area, **place)
            figure.add_scatter(
                x=updates,
                y=middle.astype(np.float32),
                name=kind,
                legendgroup=kind,
                showlegend=number == 0,
                mode="lines",
                line={"color": palette.colour(index), "dash": palette.dash(index), "width": 2.5},
                hovertemplate=f"{kind}, " + tr("update %{x:,}: %{y:.4g}") + "<extra></extra>",
                **place,
            )
        figure.update_yaxes(title=title, **place)
        if limits and title in limits:
            figure.update_yaxes(range=list(limits[title]), **place)
        if switch:
            line = {"color": palette.colour(3), "dash": "dash", "width": 2}
            note = {"annotation_text": switch[1], "annotation_position": "top right"}
            figure.add_vline(x=switch[0], line=line, **(note if number == 0 else {}), **place)
        if at is not None:
            figure.add_vline(x=at, line={"color": palette.FAINT, "width": 2}, **place)
    figure.update_xaxes(range=[0, steps])
    figure.update_xaxes(title=tr("updates"), row=rows)
    figure.update_layout(
        uirevision=name,
        height=rows * each + 40,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    narrow(figure, below([190] * len(shown), 56, 90, titled=()))
    return figure


def _spread(table: Table) -> tuple[Table, Table, Table]:
    """Over the seeds that have a value, (T,) each; nan where none has."""
    found = np.full((3, table.shape[1]), np.nan)
    some = np.isfinite(table).any(0)
    found[:, some] = np.nanpercentile(table[:, some], [0, 50, 100], axis=0)
    return found[0], found[1], found[2]
