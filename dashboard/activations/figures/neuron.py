"""What flows through one neuron, forwards and backwards? As a graph, and on its own curve."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.narrow import narrow
from dashboard.language import say, tr
from engine.topics.activations.neuron import Neuron, NeuronConfig

FORWARD, BACKWARD = palette.colour(0), palette.colour(5)
INK = (palette.DEEP_BLUE, palette.DEEP_RED)  # the two of them, dark enough to be read on the boxes
SUM, PHI, END = 2.1, 3.5, 4.6  # x of the nodes; inputs stand at 0
AT = 0.42  # share of the way from an input to the sum at which its weight is written


def graph(config: NeuronConfig, found: Neuron, height: int = 430) -> go.Figure:
    """Inputs, weights, sum and output, each with its value (blue) above the gradient of y with
    respect to it (orange)."""
    n = len(config.inputs)
    rows = np.arange(n, -1, -1) - n / 2  # the bias is the lowest
    figure = palette.base("act_graph", height)
    products = [*found.products, config.bias]
    most = max(abs(p) for p in products) or 1.0
    for row, product in zip(rows, products, strict=True):
        red, green, blue = palette.rgb(0 if product >= 0 else 5)
        size = abs(product) / most
        _edge(
            figure,
            (0.0, float(row)),
            (SUM, 0.0),
            f"rgba({red},{green},{blue},{0.3 + 0.7 * size:.2f})",
            1 + 6 * size,
            "solid" if product >= 0 else "dash",
        )
    _edge(figure, (SUM, 0.0), (END, 0.0), palette.FAINT, 3, "solid")
    figure.add_scatter(
        x=[*[0] * (n + 1), SUM, PHI],
        y=[*rows, 0, 0],
        mode="markers+text",
        text=[*(f"x<sub>{i + 1}</sub>" for i in range(n)), "1", "Σ", "φ"],
        marker={
            "size": 40,
            "color": palette.NEUTRAL,
            "line": {"color": palette.GREY, "width": 1.5},
        },
        textfont={"size": 17, "color": palette.INK},
        hoverinfo="skip",
        showlegend=False,
    )
    for name, colour in (
        (tr("value"), FORWARD),
        (tr("gradient of y with respect to it"), BACKWARD),
    ):
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=name, marker={"color": colour, "size": 10}
        )
    for i, row in enumerate(rows):
        text = (
            f"w<sub>{i + 1}</sub> = {config.weights[i]:.3g}" if i < n else f"b = {config.bias:.3g}"
        )
        gradient = found.weights[i] if i < n else found.bias
        _box(figure, AT * SUM, (1 - AT) * row, text, gradient)
        if i < n:
            _box(figure, -0.62, row, f"{config.inputs[i]:.3g}", found.inputs[i])
    _box(figure, (SUM + PHI) / 2, 0, f"z = {found.sum:.4g}", found.slope)
    _box(figure, (PHI + END) / 2 + 0.1, 0, f"y = {found.output:.4g}", 1.0)
    figure.update_xaxes(visible=False, range=[-1.0, END + 0.1])
    boxes: list[dict[str, object]] = [{"font": {"size": 10}} for _ in figure.layout.annotations]
    boxes[-1]["x"] = END - 0.3  # clear of φ
    narrow(
        figure,
        {"annotations": boxes, "xaxis": {"range": [-1.0, END + 0.3]}},
        {0: {"marker": {"size": 28}, "textfont": {"size": 14}}},
    )
    return figure.update_yaxes(visible=False, range=[-n / 2 - 0.5, n / 2 + 0.5])


def _edge(
    figure: go.Figure,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    width: float,
    dash: str,
) -> None:
    figure.add_shape(
        type="line",
        x0=start[0],
        y0=start[1],
        x1=end[0],
        y1=end[1],
        layer="below",
        line={"color": colour, "width": width, "dash": dash},
    )


def _box(figure: go.Figure, x: float, y: float, value: str, gradient: float) -> None:
    """A value above its gradient, readable on any background."""
    figure.add_annotation(
        x=x,
        y=y,
        text=f'<span style="color:{INK[0]}">{value}</span><br>'
        f'<span style="color:{INK[1]}">{gradient:.3g}</span>',
        showarrow=False,
        bgcolor=palette.NEUTRAL,
        borderpad=3,
        font={"size": 13},
    )


def tangent(curve: NDArray[np.float64], found: Neuron, label: str, height: int = 430) -> go.Figure:
    """The activation with the neuron's point on it, and the tangent whose slope is φ′(z).

    Args:
        curve: (2, N) inputs and outputs of the activation.
        found: where the neuron stands.
        label: of the activation.
    """
    figure = palette.base("act_tangent", height)
    reach = float(curve[0, -1])
    figure.add_scatter(
        x=curve[0],
        y=curve[1],
        mode="lines",
        name=label,
        line={"color": FORWARD, "width": 3},
        hovertemplate="φ(%{x:.2f}) = %{y:.4f}<extra></extra>",
    )
    ends = np.array([-0.25, 0.25]) * reach
    figure.add_scatter(
        x=found.sum + ends,
        y=found.output + found.slope * ends,
        mode="lines",
        name=say("activations.slope", slope=f"{found.slope:.3g}"),
        line={"color": BACKWARD, "width": 3, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[found.sum],
        y=[found.output],
        mode="markers",
        name=tr("this neuron"),
        marker={"size": 14, "color": BACKWARD, "line": {"color": palette.EDGE, "width": 2}},
        hovertemplate="z = %{x:.4f}<br>y = %{y:.4f}<extra></extra>",
    )
    figure.update_xaxes(title=tr("sum z"), range=[-reach, reach])
    return figure.update_yaxes(title=tr("output y"))
