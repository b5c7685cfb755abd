"""An empty picture in which somebody presses the pixel that they mean."""

from collections.abc import Collection

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.language import tr


def blank(
    size: tuple[int, int], marked: Collection[tuple[int, int]] = (), height: int = 420
) -> go.Figure:
    """Cells without an answer.

    Args:
        size: rows and columns.
        marked: cells that the question is about.
    """
    rows, columns = size
    figure = palette.base("blank", height)
    z = np.zeros(size, np.int8)
    for row, column in marked:
        z[row, column] = 1
    scale = [[0, palette.PALE], [1, palette.RED]]
    figure.add_heatmap(
        z=z, zmin=0, zmax=1, colorscale=scale, showscale=False, xgap=1, ygap=1,
        hovertemplate=tr("row %{y}, column %{x}<extra></extra>"),
    )  # fmt: skip
    figure.update_xaxes(title=tr("column"), range=[-0.5, columns - 0.5], showgrid=False,
                        zeroline=False, constrain="domain")  # fmt: skip
    figure.update_yaxes(title=tr("row"), range=[rows - 0.5, -0.5], scaleanchor="x", showgrid=False,
                        zeroline=False, constrain="domain")  # fmt: skip
    return figure.update_layout(dragmode=False)
