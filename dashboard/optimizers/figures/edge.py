"""How do sharpness and loss go along a training, and where is the limit of gradient descent?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.language import say, tr
from engine.topics.optimizers.landscape.edge import Lane


def sharpness(lanes: Sequence[Lane]) -> go.Figure:
    """Sharpness of each rate over its updates, with 2/η dashed."""
    figure = palette.base("edge_sharpness", 420)
    for number, lane in enumerate(lanes):
        colour = palette.colour(number)
        _curve(figure, number, lane, lane.sharpness, tr("sharpness %{y:.4g}"))
        figure.add_scatter(
            x=[0, int(lane.steps[-1])],
            y=[lane.limit] * 2,
            mode="lines+text",
            text=["", f"2/η = {lane.limit:.3g}"],
            textposition="top left",
            textfont={"color": colour},
            showlegend=False,
            line={"color": colour, "dash": "dash", "width": 1.5},
            hoverinfo="skip",
        )
    limits: NDArray[np.float64] = np.array([lane.limit for lane in lanes])
    values = np.concatenate([lane.sharpness for lane in lanes] + [1.1 * limits])
    title = tr("sharpness: top eigenvalue of the Hessian")
    return _axes(figure, values, title)


def losses(lanes: Sequence[Lane], unit: str) -> go.Figure:
    """Training loss of each rate over its updates."""
    figure = palette.base("edge_losses", 420)
    for number, lane in enumerate(lanes):
        _curve(figure, number, lane, lane.loss, tr("loss %{y:.4g}"))
    title = say("optimizers.training_loss_axis", unit=unit)
    return _axes(figure, np.concatenate([lane.loss for lane in lanes]), title)


def _curve(
    figure: go.Figure, number: int, lane: Lane, values: NDArray[np.float64], what: str
) -> None:
    name = say("optimizers.edge_rate", rate=f"{lane.rate:g}")
    figure.add_scatter(
        x=lane.steps,
        y=values,
        mode="lines",
        name=name,
        line={"color": palette.colour(number), "dash": palette.dash(number), "width": 2.5},
        hovertemplate=tr("update %{x}") + "<br>" + what + f"<extra>{name}</extra>",
    )


def _axes(figure: go.Figure, values: NDArray[np.float64], title: str) -> go.Figure:
    figure.update_yaxes(title=title, **decades(values))
    figure.update_xaxes(title=tr("updates"))
    return figure
