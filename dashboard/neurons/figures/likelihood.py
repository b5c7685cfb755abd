"""What each label costs, and what one probability for all labels would: the same loss twice."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.narrow import below, narrow
from dashboard.language import tr
from dashboard.neurons.figures.kinds import COLOURS
from engine.topics.neurons.likelihood import SHARED, Likelihood


def terms(found: Likelihood, height: int = 340) -> go.Figure:
    """A bar for each label, wrong above ln 2, with their mean; beside it BCE of a shared p."""
    titles = (tr("what each label costs"), tr("one p for all labels"))
    figure = make_subplots(1, 2, horizontal_spacing=0.12, subplot_titles=titles)
    for kind, name in enumerate((tr("class 0"), tr("class 1"))):
        of = found.classes == kind
        figure.add_bar(
            x=np.flatnonzero(of) + 1,
            y=found.terms[of],
            name=name,
            marker={"color": palette.colour(COLOURS[kind]), "pattern": {"shape": "/" * kind}},
            customdata=found.p[of],
            hovertemplate=tr("p(class 1) = %{customdata:.3f}: %{y:.3g} nats") + "<extra></extra>",
            row=1,
            col=1,
        )
    for value, name, look in (
        (found.loss, tr("mean = BCE"), {"color": palette.TEXT, "width": 2}),
        (float(np.log(2)), tr("ln 2: wrong above"), {"color": palette.GREY, "dash": "dash"}),
    ):
        figure.add_scatter(
            x=[0.5, len(found.p) + 0.5],
            y=[value, value],
            name=name,
            mode="lines",
            line=look,
            hovertemplate=f"{name}: %{{y:.4g}}<extra></extra>",
            row=1,
            col=1,
        )
    figure.add_scatter(
        x=SHARED,
        y=found.shared,
        mode="lines",
        showlegend=False,
        line={"color": palette.GREEN, "width": 2.5},
        hovertemplate=tr("p = %{x:.3f}: %{y:.4g} nats") + "<extra></extra>",
        row=1,
        col=2,
    )
    best = int(found.shared.argmin())
    figure.add_scatter(
        x=SHARED[[best]],
        y=found.shared[[best]],
        mode="markers",
        name=tr("most likely p = share of class 1"),
        marker={"symbol": "star", "size": 13, "color": palette.GREEN},
        hovertemplate="p = %{x:.3f}: %{y:.4g}<extra></extra>",
        row=1,
        col=2,
    )
    figure.update_xaxes(title=tr("example"), dtick=max(1, len(found.p) // 8), row=1, col=1)
    figure.update_xaxes(title=tr("p"), range=[0, 1], row=1, col=2)
    figure.update_yaxes(title=tr("nats"), rangemode="tozero")
    figure.update_yaxes(range=[0, 3], row=1, col=2)
    legend = {"orientation": "h", "y": 1.14, "yanchor": "bottom", "x": 0}
    margin = {"l": 8, "r": 8, "t": 88, "b": 8}
    figure.update_layout(uirevision="likelihood", height=height, margin=margin, legend=legend)
    narrow(figure, below((240, 220), 90, 210) | {"legend": {"y": 1.08}})
    return figure
