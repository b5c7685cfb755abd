"""By how much is each setting worse than the best? A forest plot: a point and an interval each.

Source: Lewis and Clarke 2001, "Forest plots: trying to see the wood and the trees".
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.narrow import folded, narrow
from dashboard.language import tr
from engine.statistics import Verdict


def forest(name: str, rows: Sequence[tuple[str, Verdict]], title: str) -> go.Figure:
    """One row a comparison: filled where the interval leaves out no difference, else hollow.

    Args:
        name: constant, for the zoom to survive.
        rows: what is compared with the best, and by how much it is worse; all of one scale.
        title: of the x axis.
    """
    height = 110 + 34 * len(rows)
    figure = palette.base(name, height, showlegend=True)
    ratio = bool(rows and rows[0][1].ratio)
    for real, label, colour in (
        (True, tr("larger than seed noise"), palette.BLUE),
        (False, tr("not larger than seed noise"), palette.GREY),
    ):
        mine = [(row, verdict) for row, verdict in rows if verdict.real == real]
        ends = np.array([(v.difference, v.low, v.high) for _, v in mine]).reshape(-1, 3)
        ends = np.exp(np.clip(ends, -80, 80)) if ratio else ends
        middle, low, high = ends.T
        figure.add_scatter(
            x=middle,
            y=[row for row, _ in mine],
            mode="markers",
            name=label,
            marker={
                "size": 11,
                "symbol": "square" if real else "square-open",
                "color": colour,
                "line": {"width": 2, "color": colour},
            },
            error_x={
                "array": high - middle,
                "arrayminus": middle - low,
                "symmetric": False,
                "color": colour,
                "thickness": 2,
                "width": 5,
            },
            customdata=np.stack([low, high], 1),
            hovertemplate="%{y}: %{x:.3g}<br>%{customdata[0]:.3g} – %{customdata[1]:.3g}"
            "<extra></extra>",
        )
    figure.add_vline(
        x=1 if ratio else 0, line={"color": palette.GREY, "dash": "dash", "width": 1.5}
    )
    order = [row for row, _ in rows][::-1]
    figure.update_yaxes(
        categoryorder="array", categoryarray=order, range=[-0.7, len(order) - 0.3], automargin=True
    )
    if ratio:
        reach = [np.exp(np.clip([v.low, v.high], -80, 80)) for _, v in rows]
        figure.update_xaxes(**decades(np.append(np.ravel(reach), 1.0)))
    figure.update_xaxes(title=title)
    room = {"height": height + 70, "margin": {"t": 64, "b": 72}}
    narrow(figure, room | {"xaxis": {"title": folded(title)}})
    return figure
