"""What do activation functions look like above their derivatives, and softmax beside its slopes?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.language import say, tr
from engine.nn.activations import ACTIVATIONS
from engine.topics.activations.gallery import Curves
from engine.topics.activations.softmax import Softmax, SoftmaxConfig

JUMP = 0.25  # of all that a curve goes through, between two points of the grid


def pair(curves: Curves, order: Sequence[int], bias: float = 0.0, height: int = 560) -> go.Figure:
    """Functions above derivatives on one input axis.

    Args:
        curves: of A functions.
        order: (A,) place of each in its family, which decides its colour and dash.
        bias: added to the input; told in the axis title.
    """
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.04, row_heights=[0.58, 0.42]
    )
    start, step = float(curves.x[0]), float(curves.x[1] - curves.x[0])
    for index, (label, place) in enumerate(zip(map(tr, curves.labels), order, strict=True)):
        for row, values, prime in ((1, curves.value, ""), (2, curves.derivative, "′")):
            figure.add_scatter(
                x0=start,
                dx=step,
                y=parted(curves.ids[index], values[index]).astype(np.float32),
                name=label,
                legendgroup=label,
                showlegend=row == 1,
                mode="lines",
                line={"color": palette.colour(place), "dash": palette.dash(place), "width": 2.5},
                hovertemplate=f"{label}{prime}(%{{x:.2f}}) = %{{y:.4f}}<extra></extra>",
                row=row,
                col=1,
            )
    title = tr("input x")
    if bias:
        title = say("activations.input_shifted", bias=f"{bias:+.3g}")
    figure.update_xaxes(range=[start, -start])
    figure.update_xaxes(title=title, row=2, col=1)
    figure.update_yaxes(title=tr("output φ"), row=1, col=1)
    figure.update_yaxes(title=tr("derivative φ′"), row=2, col=1)
    return figure.update_layout(
        uirevision="act_curves",
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )


def parted(id: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values on a grid with a gap where the function or its slope jumps: no line stands there."""
    if ACTIVATIONS[id].smooth:
        return values
    jumps = np.abs(np.diff(values)) > JUMP * max(float(np.ptp(values)), 1e-9)
    return np.where(np.append(jumps, False), np.nan, values)


def softmax(
    config: SoftmaxConfig, found: Softmax, plain: NDArray[np.float64], height: int = 330
) -> go.Figure:
    """Probabilities of K classes beside the slope of each by each logit.

    Args:
        config: logits and temperature.
        found: probabilities and Jacobian at that temperature.
        plain: (K,) probabilities at temperature 1, drawn as outlines.
    """
    names = [f"{i + 1}" for i in range(len(config.logits))]
    figure = make_subplots(rows=1, cols=2, column_widths=[0.58, 0.42], horizontal_spacing=0.1)
    figure.add_bar(
        x=names,
        y=found.probabilities,
        name=f"T = {config.temperature:g}",
        marker={"color": palette.colour(0)},
        customdata=config.logits,
        text=[f"{p:.3f}" for p in found.probabilities],
        hovertemplate=tr("class %{x}, logit %{customdata:.3g}<br>p = %{y:.5f}") + "<extra></extra>",
        row=1,
        col=1,
    )
    if config.temperature != 1:
        figure.add_bar(
            x=names,
            y=plain,
            name="T = 1",
            marker={"color": "rgba(0,0,0,0)", "line": {"color": palette.colour(5), "width": 2}},
            hovertemplate=tr("class %{x} at T = 1<br>p = %{y:.5f}") + "<extra></extra>",
            row=1,
            col=1,
        )
    reach = float(np.abs(found.jacobian).max()) or 1.0
    figure.add_heatmap(
        z=found.jacobian,
        x=names,
        y=names,
        zmin=-reach,
        zmax=reach,
        colorscale=palette.SIGNED,
        xgap=1,
        ygap=1,
        colorbar={"title": {"text": "∂p<sub>i</sub>/∂s<sub>j</sub>", "side": "right"}}
        | {"thickness": 10},
        hovertemplate="∂p<sub>%{y}</sub>/∂s<sub>%{x}</sub> = %{z:.4f}<extra></extra>",
        row=1,
        col=2,
    )
    figure.update_xaxes(title=tr("class"), type="category", row=1, col=1)
    figure.update_yaxes(title=tr("probability"), range=[0, 1.08], row=1, col=1)
    figure.update_xaxes(title=tr("logit s<sub>j</sub>"), type="category", row=1, col=2)
    figure.update_yaxes(
        title=tr("probability p<sub>i</sub>"), type="category", autorange="reversed", row=1, col=2
    )
    return figure.update_layout(
        uirevision="act_softmax",
        height=height,
        barmode="overlay",
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
