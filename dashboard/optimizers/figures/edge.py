"""How do sharpness and loss go along a training, and where is the limit of gradient descent?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.language import say, tr
from engine.topics.optimizers.landscape.edge import Lane


def edge(lanes: Sequence[Lane], unit: str, height: int = 440) -> go.Figure:
    """Sharpness of each rate over its updates with 2/η dashed; the loss beside it."""
    figure = make_subplots(cols=2, horizontal_spacing=0.1)
    figure.update_layout(palette.base("edge", height).layout)
    for number, lane in enumerate(lanes):
        line = {"color": palette.colour(number), "width": 2.5}
        name = say("optimizers.edge_rate", rate=f"{lane.rate:g}")
        for column, values, what in (
            (1, lane.sharpness, tr("sharpness %{y:.4g}")),
            (2, lane.loss, tr("loss %{y:.4g}")),
        ):
            figure.add_scatter(
                x=lane.steps,
                y=values,
                mode="lines",
                name=name,
                legendgroup=name,
                showlegend=column == 1,
                line=line,
                hovertemplate=tr("update %{x}") + "<br>" + what + f"<extra>{name}</extra>",
                row=1,
                col=column,
            )
        figure.add_scatter(
            x=[0, int(lane.steps[-1])],
            y=[lane.limit] * 2,
            mode="lines+text",
            text=["", f"2/η = {lane.limit:.3g}"],
            textposition="top left",
            textfont={"color": palette.colour(number)},
            legendgroup=name,
            showlegend=False,
            line={"color": palette.colour(number), "dash": "dash", "width": 1.5},
            hoverinfo="skip",
            row=1,
            col=1,
        )
    sharp = np.concatenate([lane.sharpness for lane in lanes] + [[lane.limit for lane in lanes]])
    loss = np.concatenate([lane.loss for lane in lanes])
    for column, values, title in (
        (1, sharp, tr("sharpness: top eigenvalue of the Hessian")),
        (2, loss, say("optimizers.training_loss_axis", unit=unit)),
    ):
        figure.update_yaxes(title=title, **decades(values), col=column)
    figure.update_xaxes(title=tr("updates"))
    return figure
