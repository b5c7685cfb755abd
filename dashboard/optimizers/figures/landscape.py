"""What does the loss look like around the path that a training took?"""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.curves import axis
from dashboard.language import say, tr

Arrays = dict[str, NDArray[np.generic]]


def plane(arrays: Arrays, unit: str, height: int = 520) -> go.Figure:
    """Training loss on the plane through start, end and the path's main bend, with the path."""
    figure = palette.base("plane", height)
    heights = np.asarray(arrays["plane"], float)
    logs = np.log10(np.maximum(heights, 1e-12))
    low, high = np.nanmin(logs), np.nanmax(logs)
    ticks = np.linspace(low, high, 6)
    figure.add_contour(
        x=arrays["plane_x"],
        y=arrays["plane_y"],
        z=logs.astype(np.float32),
        colorscale=palette.UNSIGNED,
        contours={"start": low, "end": high, "size": (high - low) / 16 or 1, "coloring": "heatmap"},
        line={"color": "rgba(255,255,255,0.4)", "width": 0.8},
        customdata=heights.astype(np.float32),
        hovertemplate="%{x:.2f}, %{y:.2f}<br>" + tr("loss %{customdata:.4g}") + "<extra></extra>",
        colorbar={
            "title": {"text": say("optimizers.training_loss_axis", unit=unit), "side": "right"},
            "thickness": 12,
            "tickvals": ticks,
            "ticktext": [f"{10**tick:.3g}" for tick in ticks],
        },
    )
    path, steps = np.asarray(arrays["path"], float), np.asarray(arrays["path_steps"])
    losses = np.asarray(arrays["path_losses"], float)
    figure.add_scatter(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines+markers",
        name=tr("path of the training"),
        line={"color": palette.WHITE, "width": 2},
        marker={
            "size": 5,
            "color": palette.colour(5),
            "line": {"color": palette.WHITE, "width": 0.5},
        },
        customdata=np.stack([steps, losses], 1),
        hovertemplate=tr("update %{customdata[0]:.0f}<br>loss %{customdata[1]:.4g}")
        + "<extra></extra>",
    )
    for place, symbol, name in ((0, "circle", tr("start")), (-1, "star", tr("end"))):
        figure.add_scatter(
            x=[path[place, 0]],
            y=[path[place, 1]],
            mode="markers",
            name=name,
            marker={
                "symbol": symbol,
                "size": 16,
                "color": palette.WHITE,
                "line": {"color": palette.BLACK, "width": 2},
            },
            hoverinfo="skip",
        )
    figure.update_xaxes(
        title=tr("from end to start (length in weight space)"), showgrid=False, zeroline=False
    )
    figure.update_yaxes(
        title=tr("main bend of the path (length in weight space)"), showgrid=False, zeroline=False
    )
    return figure


def lines(arrays: Arrays, unit: str, height: int = 520) -> go.Figure:
    """Loss along random filter-normalised directions and along the sharpest one."""
    figure = palette.base("lines", height)
    t = arrays["line_t"]
    for series, index, name in (
        ("line_train", 0, tr("training")),
        ("line_validation", 1, tr("validation")),
    ):
        for number, values in enumerate(np.asarray(arrays[series], float)):
            figure.add_scatter(
                x=t,
                y=values,
                mode="lines",
                name=say("optimizers.random_directions", part=name),
                legendgroup=name,
                showlegend=not number,
                line={"color": palette.colour(index), "dash": palette.dash(index), "width": 2},
                hovertemplate=say("optimizers.one_direction", part=name, number=number + 1)
                + "<br>%{x:.2f}: %{y:.4g}<extra></extra>",
            )
    figure.add_scatter(
        x=t,
        y=arrays["line_sharpest"],
        mode="lines",
        name=tr("training, sharpest direction"),
        line={"color": palette.colour(5), "dash": "dot", "width": 3},
        hovertemplate=tr("sharpest direction") + "<br>%{x:.2f}: %{y:.4g}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": palette.FAINT, "width": 2})
    figure.update_xaxes(title=tr("distance from the trained weights (lengths of the weights)"))
    figure.update_yaxes(title=say("optimizers.loss_axis", unit=unit), **axis(True, figure))
    return figure
