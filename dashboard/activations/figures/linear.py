"""Which matrix is a deep linear network, which rank has it, and does it answer the same?"""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.narrow import below, lying, narrow
from dashboard.language import tr
from engine.topics.activations.deep_linear import DeepLinear

LEAST = 1e-20  # below all rounding: where a singular value of 0 is drawn
SHOWN = 600  # points of the scatter


def product(found: DeepLinear, height: int = 420) -> go.Figure:
    """The product as a map, its singular values, and the stack's outputs against the matrix's."""
    figure = make_subplots(
        rows=1,
        cols=3,
        horizontal_spacing=0.1,
        column_titles=[
            tr("the product of all matrices"),
            tr("its singular values"),
            tr("both on new inputs"),
        ],
    )
    reach = float(np.abs(found.product).max()) or 1.0
    figure.add_heatmap(
        z=found.product.astype(np.float32),
        x0=1,
        y0=1,
        zmin=-reach,
        zmax=reach,
        colorscale=palette.SIGNED,
        colorbar={"orientation": "h", "thickness": 8, "x": 0.13, "len": 0.27, "y": -0.42}
        | {
            "title": {"text": tr("entry"), "side": "bottom"},
            "exponentformat": "power",
            "nticks": 5,
        },
        hovertemplate=tr("output %{y}, input %{x}<br>%{z:.3g}") + "<extra></extra>",
        row=1,
        col=1,
    )
    number = np.arange(1, len(found.singular) + 1)
    kept = number <= found.rank
    shown = np.maximum(found.singular, LEAST)
    for name, part, index in ((tr("counts to the rank"), kept, 0), (tr("rounding"), ~kept, 7)):
        figure.add_scatter(
            x=number[part],
            y=shown[part],
            name=name,
            mode="markers",
            marker={"size": 8, "color": palette.colour(index), "symbol": palette.marker(index)},
            hovertemplate=tr("singular value %{x}: %{y:.3g}") + "<extra></extra>",
            row=1,
            col=2,
        )
    single, stack = found.single.ravel(), found.stack.ravel()
    every = max(1, len(single) // SHOWN)
    ends = [float(min(single.min(), stack.min())), float(max(single.max(), stack.max()))]
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        name=tr("equal"),
        line={"color": palette.FAINT, "dash": "dash"},
        hoverinfo="skip",
        row=1,
        col=3,
    )
    figure.add_scatter(
        x=single[::every].astype(np.float32),
        y=stack[::every].astype(np.float32),
        mode="markers",
        name=tr("an output"),
        marker={"size": 5, "color": palette.colour(5), "opacity": 0.6},
        hovertemplate=tr("matrix %{x:.4g}<br>stack %{y:.4g}") + "<extra></extra>",
        row=1,
        col=3,
    )
    figure.update_xaxes(title=tr("input"), row=1, col=1)
    figure.update_yaxes(title=tr("output"), autorange="reversed", row=1, col=1)
    figure.update_xaxes(title=tr("number"), row=1, col=2)
    figure.update_yaxes(title=tr("singular value"), **decades(shown), row=1, col=2)
    figure.update_xaxes(title=tr("output of the one matrix"), row=1, col=3)
    figure.update_yaxes(title=tr("output of the stack"), row=1, col=3)
    figure.update_layout(
        uirevision="act_product",
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0.3},
    )
    few = below([260, 200, 200], 130, 150)
    few |= {"legend": {"y": -60 / (few["height"] - 150), "x": 0}, "margin": {"b": 120}}
    bar = few["yaxis"]["domain"][0] - 50 / (few["height"] - 150)
    narrow(figure, few, {0: {"colorbar": lying(bar)}})
    return figure
