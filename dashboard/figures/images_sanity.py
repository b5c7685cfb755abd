"""How does each method's map change as a network forgets, layer by layer?"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette


def curves(
    series: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
    layers: Sequence[str],
    *,
    axis: str,
    threshold: float,
) -> go.Figure:
    """Similarity with the trained network's map over the layers drawn again.

    Args:
        series: label to mean (S,) and half width of its interval (S,), -1..1.
        layers: S - 1 names, from the top; before the first, nothing is drawn again.
        axis: title of the vertical axis.
        threshold: mean above which a method is called unmoved.
    """
    figure = palette.base("images_sanity", 380)
    names = ["as trained", *(f"+ {name}" for name in layers)]
    for index, (label, (mean, half)) in enumerate(series.items()):
        figure.add_scatter(
            x=names[: len(mean)],
            y=mean,
            error_y={"array": half, "thickness": 1, "width": 2},
            name=label,
            mode="lines+markers",
            line={"color": palette.colour(index), "dash": palette.dash(index), "width": 2},
            marker={"symbol": palette.marker(index), "size": 7},
            hovertemplate=f"{label}<br>%{{x}}: %{{y:.3f}}<extra></extra>",
        )
    figure.add_hline(y=threshold, line={"color": palette.FAINT, "dash": "dash"})
    figure.update_xaxes(title="layers drawn again, from the top", type="category")
    figure.update_yaxes(title=axis, range=[-0.35, 1.05])
    return figure


def maps(
    picture: NDArray[np.float32],
    rows: Mapping[str, Sequence[NDArray[np.float32]]],
    columns: Sequence[str],
) -> go.Figure:
    """One row a method, one column a stage; each map on its own symmetric scale.

    Args:
        picture: (H, W, 3) in 0..1.
        rows: label to its maps (H, W), one a column.
        columns: titles of the columns.
    """
    figure = make_subplots(
        rows=len(rows),
        cols=len(columns) + 1,
        column_titles=["picture", *columns],
        row_titles=list(rows),
        horizontal_spacing=0.004,
        vertical_spacing=0.012,
    )
    image = (picture * 255).round().astype(np.uint8)
    for row, (label, found) in enumerate(rows.items(), 1):
        figure.add_image(z=image, row=row, col=1, hoverinfo="skip")
        for column, one in enumerate(found, 2):
            reach = float(np.abs(one).max()) or 1.0
            figure.add_heatmap(
                z=one / reach,
                zmin=-1,
                zmax=1,
                colorscale=palette.SIGNED,
                customdata=one,
                showscale=row == 1 and column == 2,
                colorbar={
                    "title": {"text": "share of the map's largest value", "side": "right"},
                    "thickness": 10,
                },
                hovertemplate=f"{label}, {columns[column - 2]}<br>"
                "%{customdata:.3g}<extra></extra>",
                row=row,
                col=column,
            )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", constrain="domain")
    figure.update_layout(
        height=60 + 96 * len(rows),
        margin={"l": 4, "r": 8, "t": 32, "b": 4},
        uirevision="images_sanity_maps",
    )
    figure.update_annotations(font_size=11)
    return figure
