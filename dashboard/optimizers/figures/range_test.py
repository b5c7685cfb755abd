"""Which loss does each learning rate meet, while the rate grows from epoch to epoch?"""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.curves import axis
from dashboard.figures.decades import decades
from dashboard.figures.film import colour_of, dash_of, label_of, mark_of
from dashboard.language import tr
from engine.topics.optimizers.races.range_test import RangeCurve


def growing(curves: Sequence[RangeCurve], *, y_title: str, height: int = 380) -> go.Figure:
    """Loss of the mini-batches against the rate; a mark at a tenth of the lowest."""
    figure = palette.base("range_test", height)
    for curve in curves:
        id = curve.optimizer
        line = {"color": colour_of(id), "dash": dash_of(id), "width": 2.5}
        figure.add_scatter(
            x=curve.rates,
            y=curve.losses,
            mode="lines",
            name=label_of(id),
            legendgroup=id,
            line=line,
            hovertemplate=f"{label_of(id)}<br>"
            + tr("rate %{x:.3g}: loss %{y:.3g}")
            + "<extra></extra>",
        )
        if curve.suggested is not None:
            place = abs(curve.rates - curve.suggested).argmin()
            figure.add_scatter(
                x=[curve.suggested],
                y=[curve.losses[place]],
                mode="markers",
                marker={
                    "symbol": mark_of(id),
                    "size": 13,
                    "color": colour_of(id),
                    "line": {"color": palette.EDGE, "width": 1.5},
                },
                hovertemplate=f"{label_of(id)}: "
                + tr("suggested rate %{x:.3g}")
                + "<extra></extra>",
                showlegend=False,
                legendgroup=id,
            )
    if curves:
        figure.update_xaxes(**decades(curves[0].rates))
    figure.update_xaxes(title=tr("learning rate, larger in every epoch"))
    figure.update_yaxes(title=y_title, **axis(True, figure))
    return figure
