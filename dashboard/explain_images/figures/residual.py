"""How far is each explanation from the sum that it promises?"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.language import say, tr

LEAST = 1e-8  # what is smaller is drawn here: rounding of float32


def bars(relative: Mapping[str, float], kept: float, *, axis: str) -> go.Figure:
    """One bar a method.

    Args:
        relative: label to the miss as a share of what is owed.
        kept: below this a promise is called kept.
        axis: title.
    """
    figure = palette.base("images_residual", 60 + 34 * len(relative))
    values = np.array(list(relative.values()))
    figure.add_bar(
        y=list(relative),
        x=np.maximum(values, LEAST),
        orientation="h",
        marker={"color": [palette.colour(0 if v < kept else 5) for v in values]},
        customdata=values,
        hovertemplate=tr("%{y}: %{customdata:.3%} of what is owed<extra></extra>"),
        showlegend=False,
    )
    figure.add_vline(x=kept, line={"color": palette.FAINT, "dash": "dash"})
    high = max(1.0, float(values.max()) * 1.5)
    figure.update_xaxes(
        title=axis,
        type="log",
        range=[np.log10(LEAST) - 0.3, np.log10(high)],
        exponentformat="power",
    )
    figure.update_yaxes(title=tr("method"), autorange="reversed")
    return figure.update_layout(bargap=0.35)


def steps(
    curves: Mapping[str, NDArray[np.float64]],
    across_steps: NDArray[np.int64],
    *,
    axis: str,
    across: str,
    height: int = 320,
) -> go.Figure:
    """The miss over the number of steps.

    Args:
        curves: baseline to relative miss (S,), nan where it is not there yet.
        across_steps: (S,).
        axis: title of the vertical axis.
        across: title of the horizontal one.
    """
    figure = palette.base("images_residual_steps", height)
    for index, (name, values) in enumerate(curves.items()):
        figure.add_scatter(
            x=across_steps,
            y=np.maximum(values, LEAST),
            name=say("explain_images.baseline_name", name=name),
            mode="lines+markers",
            line={"color": palette.colour(index), "dash": palette.dash(index), "width": 2},
            marker={"symbol": palette.marker(index), "size": 8},
            hovertemplate=say("explain_images.hover_steps", name=name) + "<extra></extra>",
        )
    figure.update_xaxes(title=across, type="log", tickvals=across_steps)
    figure.update_yaxes(title=axis, type="log", exponentformat="power")
    return figure
