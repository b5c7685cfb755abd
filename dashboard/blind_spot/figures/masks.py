"""What is convolved with, and what does a network draw that looks through such masks?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.narrow import below, narrow

ACROSS = 4  # drawn pictures in a row
SHEET, WIDE = 250, 340  # greatest height and width of a sheet on a narrow screen, pixels


def kernels(
    masks: Mapping[str, NDArray[Any]], *, signed: bool = False, each: int = 230
) -> go.Figure:
    """Small grids side by side: masks of 0 and 1, or weights on one symmetric scale."""
    figure = make_subplots(rows=1, cols=max(1, len(masks)), subplot_titles=list(masks))
    reach = max((float(np.abs(m).max()) for m in masks.values()), default=1.0) or 1.0
    scale: Any = palette.SIGNED if signed else [[0, palette.PALER], [1, palette.BLUE]]
    for column, mask in enumerate(masks.values(), 1):
        figure.add_heatmap(
            z=mask.astype(float),
            zmin=-reach if signed else 0,
            zmax=reach if signed else 1,
            colorscale=scale,
            showscale=False,
            xgap=2,
            ygap=2,
            texttemplate="%{z:.2f}" if signed else "%{z:.0f}",
            hovertemplate="%{z:.3g}<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_annotations(font_size=12)
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", constrain="domain")
    for column in range(1, len(masks) + 1):
        figure.update_yaxes(scaleanchor="x" if column == 1 else f"x{column}", row=1, col=column)
    return figure.update_layout(
        height=each, margin={"l": 8, "r": 8, "t": 44, "b": 8}, uirevision="kernels"
    )


def drawn(sheets: Mapping[str, NDArray[Any]], levels: int, height: int = 340) -> go.Figure:
    """Pictures that networks drew, a sheet each, side by side.

    Args:
        sheets: title to pictures (n, C, H, W), 0 to levels - 1; black is 0.
    """
    figure = make_subplots(
        rows=1, cols=len(sheets), subplot_titles=list(sheets), horizontal_spacing=0.04
    )
    for column, pictures in enumerate(sheets.values(), 1):
        figure.add_image(z=_sheet(pictures, levels), hoverinfo="skip", row=1, col=column)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(
        height=height, margin={"l": 4, "r": 4, "t": 32, "b": 4}, uirevision="drawn", dragmode=False
    )
    shapes = [trace.z.shape for trace in figure.data]
    narrow(
        figure, below([min(SHEET, WIDE * rows / columns) for rows, columns, _ in shapes], 40, 36)
    )
    return figure


def _sheet(pictures: NDArray[Any], levels: int) -> NDArray[np.uint8]:
    """(H, W, 3): the pictures in rows, a grey line between them."""
    count, _, height, width = pictures.shape
    down = -(-count // ACROSS)
    sheet = np.full((3, down * (height + 1) - 1, ACROSS * (width + 1) - 1), 127, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = (index // ACROSS) * (height + 1), (index % ACROSS) * (width + 1)
        value = picture.astype(np.int64) * 255 // (levels - 1)
        sheet[:, top : top + height, left : left + width] = value
    return sheet.transpose(1, 2, 0)
