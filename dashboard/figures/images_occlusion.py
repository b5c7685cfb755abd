"""What is lost where a square covers the picture?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.images_dream import png
from engine.explain.occlusion_maps import OcclusionMaps

WIDE, TALL = 0.4, 0.43  # shares of the figure's width and height that one panel takes


def maps(
    found: OcclusionMaps,
    covered: NDArray[np.uint8],
    classes: Sequence[str],
    titles: Sequence[str],
    height: int = 700,
) -> go.Figure:
    """The picture with the square, and the three maps; every place is the middle of the square.

    Args:
        found: the maps.
        covered: (C, H, W) with the square at one place.
        classes: names in index order.
        titles: of the four panels.
    """
    side = covered.shape[1:]
    figure = make_subplots(
        rows=2,
        cols=2,
        subplot_titles=list(titles),
        horizontal_spacing=1 - 2 * WIDE,
        vertical_spacing=1 - 2 * TALL,
    )
    figure.add_image(source=png(covered), hoverinfo="skip", row=1, col=1)
    where = "square at row %{y}, column %{x}<br>"
    present = sorted({*found.best[found.best >= 0].tolist(), found.full_best})
    place = np.where(found.best < 0, np.nan, np.searchsorted(present, found.best))
    panels: tuple[tuple[NDArray[Any], str, dict[str, object]], ...] = (
        (found.activity, "%{z:.4g}", {"colorbar": _bar(1, "sum of the map")}),
        (
            found.probability,
            "%{z:.1%}",
            {"zmin": 0, "zmax": 1, "colorbar": _bar(2, "probability") | {"tickformat": ".0%"}},
        ),
        (
            place,
            "%{customdata}",
            {
                "zmin": -0.5,
                "zmax": len(present) - 0.5,
                "colorscale": _steps(present, len(classes)),
                "customdata": np.array(classes, dtype=object)[found.best],
                "colorbar": _bar(3, "class")
                | {
                    "tickvals": list(range(len(present))),
                    "ticktext": [classes[k] for k in present],
                },
            },
        ),
    )
    for panel, (values, said, more) in enumerate(panels, 1):
        look: dict[str, object] = {"colorscale": palette.UNSIGNED, "hoverongaps": False} | more
        figure.add_heatmap(
            x=found.columns,
            y=found.rows,
            z=values,
            hovertemplate=where + said + "<extra></extra>",
            row=panel // 2 + 1,
            col=panel % 2 + 1,
            **look,
        )
    plain = {"showgrid": False, "zeroline": False, "constrain": "domain"}
    figure.update_xaxes(range=[-0.5, side[1] - 0.5], constraintoward="right", **plain)
    for panel in range(4):
        figure.update_yaxes(
            range=[side[0] - 0.5, -0.5],
            scaleanchor=f"x{panel + 1}" if panel else "x",
            row=panel // 2 + 1,
            col=panel % 2 + 1,
            **plain,
        )
    figure.update_xaxes(title="column (pixels)", row=2)
    figure.update_yaxes(title="row (pixels)")
    figure.update_annotations(font_size=14)
    return figure.update_layout(
        uirevision="images_occlusion", height=height, margin={"l": 8, "r": 8, "t": 40, "b": 8}
    )


def _bar(panel: int, title: str) -> dict[str, object]:
    """The colour bar right of a panel, counted by rows from 0."""
    return {
        "title": {"text": title, "side": "right"},
        "thickness": 10,
        "x": WIDE if panel % 2 == 0 else 1,
        "xpad": 6,
        "y": 1 if panel < 2 else TALL,
        "yanchor": "top",
        "len": TALL,
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
