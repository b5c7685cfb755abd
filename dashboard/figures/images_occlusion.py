"""What is lost where a square covers the picture?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.images_dream import png
from engine.explain.occlusion_maps import OcclusionMaps

GAP = 0.07


def maps(
    found: OcclusionMaps,
    covered: NDArray[np.uint8],
    classes: Sequence[str],
    target: int,
    titles: Sequence[str],
    height: int = 330,
) -> go.Figure:
    """The picture with the square, and the three maps; every place is the middle of the square.

    Args:
        found: the maps.
        covered: (C, H, W) with the square at one place.
        classes: names in index order.
        target: class of the second map.
        titles: of the four panels.
    """
    side = covered.shape[1:]
    figure = make_subplots(rows=1, cols=4, subplot_titles=list(titles), horizontal_spacing=GAP)
    figure.add_image(source=png(covered), hoverinfo="skip", row=1, col=1)
    rows, columns = found.rows, found.columns
    where = "square at row %{y}, column %{x}<br>"
    shared = {"x": columns, "y": rows}
    for column, values, unit, low, high, said in (
        (2, found.activity, "sum of the map", None, None, "%{z:.4g}"),
        (3, found.probability, f"probability of {classes[target]}", 0.0, 1.0, "%{z:.1%}"),
    ):
        figure.add_heatmap(
            **shared,
            z=values,
            zmin=low,
            zmax=high,
            colorscale=palette.UNSIGNED,
            colorbar=_bar(column, unit, ".0%" if high else ""),
            hovertemplate=where + said + "<extra></extra>",
            row=1,
            col=column,
        )
    present = sorted(set(found.best.flatten().tolist()) | {found.full_best})
    place = np.searchsorted(present, found.best)
    figure.add_heatmap(
        **shared,
        z=place,
        zmin=-0.5,
        zmax=len(present) - 0.5,
        colorscale=_steps(present, len(classes)),
        customdata=np.array(classes, dtype=object)[found.best],
        colorbar=_bar(4, "class", "")
        | {"tickvals": list(range(len(present))), "ticktext": [classes[k] for k in present]},
        hovertemplate=where + "%{customdata}<extra></extra>",
        row=1,
        col=4,
    )
    for column in (1, 2, 3, 4):
        figure.update_xaxes(
            title="column (pixels)", range=[-0.5, side[1] - 0.5], constrain="domain",
            showgrid=False, zeroline=False, row=1, col=column,
        )  # fmt: skip
        figure.update_yaxes(
            range=[side[0] - 0.5, -0.5], scaleanchor="x" if column == 1 else f"x{column}",
            constrain="domain", showgrid=False, zeroline=False, row=1, col=column,
        )  # fmt: skip
    figure.update_yaxes(title="row (pixels)", row=1, col=1)
    figure.update_annotations(font_size=13)
    return figure.update_layout(
        uirevision="images_occlusion", height=height, margin={"l": 8, "r": 8, "t": 40, "b": 8}
    )


def _bar(column: int, title: str, format: str) -> dict[str, object]:
    """A colour bar right of its panel."""
    width = (1 - 3 * GAP) / 4
    return {
        "title": {"text": title, "side": "right"},
        "thickness": 8,
        "x": (column - 1) * (width + GAP) + width + 0.002,
        "xpad": 0,
        "tickformat": format,
    }


def _steps(present: Sequence[int], classes: int) -> list[list[object]]:
    """A colour scale of one flat step a class; few classes keep their colours from map to map."""
    few = classes <= len(palette.CATEGORIES)
    count = len(present)
    found: list[list[object]] = []
    for place, k in enumerate(present):
        colour = palette.colour(k if few else place)
        found += [[place / count, colour], [(place + 1) / count, colour]]
    return found
