"""How much does each pixel of a map change when the same picture is explained again?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.images_dream import png

Picture = NDArray[np.float32]


def agreement(found: Mapping[str, float], *, axis: str) -> go.Figure:
    """One bar a method, −1..1; none where a method refused the network."""
    figure = palette.base("images_stability_bars", 60 + 30 * max(1, len(found)))
    figure.add_bar(
        y=list(found),
        x=list(found.values()),
        orientation="h",
        marker={"color": palette.colour(0)},
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(title=axis, range=[min(0, *found.values(), 0), 1.02])
    figure.update_yaxes(title="method", autorange="reversed")
    return figure.update_layout(bargap=0.35)


def maps(
    picture: Picture,
    found: Mapping[str, Mapping[str, NDArray[Any]]],
    *,
    names: tuple[str, str],
    units: tuple[str, str],
    each: int = 132,
) -> go.Figure:
    """The picture, and for each method its mean map above its spread.

    Args:
        picture: (C, H, W) in 0..1.
        found: label to {"mean": (H, W), "spread": (H, W)}, in units of the mean's largest size.
        names: of the two rows.
        units: of the two colour bars.
    """
    across, height = 1 + len(found), picture.shape[1]
    wrapped = [label.replace(" ", "<br>", 1) for label in found]
    figure = make_subplots(
        rows=2,
        cols=across,
        column_titles=["picture", *wrapped],
        row_titles=list(names),
        horizontal_spacing=0.006,
        vertical_spacing=0.03,
    )
    image = png((picture * 255).round().astype(np.uint8))
    figure.add_image(source=image, hoverinfo="skip", row=1, col=1)
    top = max((float(np.nanmax(m["spread"], initial=0)) for m in found.values()), default=1) or 1
    rows = (("mean", -1.0, 1.0, palette.SIGNED), ("spread", 0.0, top, palette.UNSIGNED))
    for row, (kind, low, high, scale) in enumerate(rows, 1):
        for column, (label, arrays) in enumerate(found.items(), 2):
            figure.add_heatmap(
                z=arrays[kind],
                zmin=low,
                zmax=high,
                colorscale=scale,
                showscale=column == 2,
                colorbar={
                    "title": {"text": units[row - 1], "side": "right"},
                    "thickness": 10,
                    "len": 0.5,
                    "y": 1 - 0.5 * row,
                    "yanchor": "bottom",
                    "x": 1.03,
                    "nticks": 5,
                },
                hovertemplate=f"{label}, {kind}<br>row %{{y}}, column %{{x}}: %{{z:.3f}}"
                "<extra></extra>",
                row=row,
                col=column,
            )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, constrain="domain", range=[height - 0.5, -0.5])
    for index in range(2 * across):
        name = str(index + 1) if index else ""
        figure.layout[f"yaxis{name}"].scaleanchor = f"x{name}"
    figure.update_annotations(font_size=11)
    return figure.update_layout(
        height=2 * each + 60,
        margin={"l": 4, "r": 8, "t": 40, "b": 4},
        uirevision="images_stability",
    )
