"""What is lost where a square covers the picture?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.cells import Cell, cells, piled
from dashboard.figures.narrow import different
from dashboard.figures.png import png
from dashboard.language import tr
from engine.topics.explain_images.occlusion_maps import OcclusionMaps


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
    places = cells(2, 2, across=0.2, down=0.14, ceiling=0.97)
    layout: dict[str, Any] = {"annotations": []}
    for cell, title in zip(places, titles, strict=True):
        layout |= cell.frame(*side)
        layout["annotations"].append(cell.title(title, 14))
        shown = {"visible": True, "showgrid": False, "zeroline": False}
        layout[f"xaxis{cell.number}"] |= shown | {"constraintoward": "right"}
        layout[f"yaxis{cell.number}"] |= shown
    for cell in places[2:]:
        layout[f"xaxis{cell.number}"]["title"] = tr("column (pixels)")
    for cell in places[::2]:
        layout[f"yaxis{cell.number}"]["title"] = tr("row (pixels)")
    present = sorted({*found.best[found.best >= 0].tolist(), found.full_best})
    best = {
        "z": np.where(found.best < 0, np.nan, np.searchsorted(present, found.best)),
        "zmin": -0.5,
        "zmax": len(present) - 0.5,
        "colorscale": _steps(present, len(classes)),
        "customdata": np.array(classes, dtype=object)[found.best],
    }
    names = {"tickvals": list(range(len(present))), "ticktext": [classes[k] for k in present]}
    unsigned = {"colorscale": palette.UNSIGNED}
    traces: list[dict[str, Any]] = [
        {"type": "image", "source": png(covered), "hoverinfo": "skip", **places[0].axes},
        _map(places[1], tr("sum of the map"), "%{z:.4g}")
        | unsigned
        | {"z": found.activity, "showscale": bool(found.layer)},
        _map(places[2], tr("probability"), "%{z:.1%}", tickformat=".0%")
        | unsigned
        | {"z": found.probability, "zmin": 0, "zmax": 1},
        _map(places[3], tr("class"), "%{customdata}", **names) | best,
    ]
    for trace in traces[1:]:
        trace |= {"x": found.columns, "y": found.rows}
    pile = piled(4, 1, 230, 80)
    bars = {
        number: {"colorbar": {"x": 1, "y": cell.top, "len": cell.top - cell.bottom}}
        for number, cell in enumerate(pile.cells)
        if number
    }
    few = pile.layout | {"height": pile.height + 84}
    for name in ("yaxis2", "yaxis4"):
        few[name]["title"] = {"text": tr("row (pixels)")}
    look = {
        "uirevision": "images_occlusion", "height": height, "meta": different(few, bars),
    }  # fmt: skip
    return go.Figure(traces, layout | look | {"margin": {"l": 8, "r": 8, "t": 24, "b": 8}})


def _map(cell: Cell, unit: str, value: str, **ticks: object) -> dict[str, Any]:
    """A heat map without its values; the colour bar stands right of it."""
    bar = {
        "title": {"text": unit, "side": "right"},
        "thickness": 10,
        "x": cell.right,
        "xpad": 6,
        "y": cell.top,
        "yanchor": "top",
        "len": cell.top - cell.bottom,
    }
    said = tr("square at row %{y}, column %{x}") + f"<br>{value}<extra></extra>"
    look = {"hovertemplate": said, "hoverongaps": False, "colorbar": bar | ticks}
    return {"type": "heatmap", **cell.axes, **look}


def _steps(present: Sequence[int], classes: int) -> list[list[object]]:
    """A colour scale of one flat step a class; few classes keep their colours from map to map."""
    few = classes <= len(palette.CATEGORIES)
    count = len(present)
    found: list[list[object]] = []
    for place, k in enumerate(present):
        colour = palette.colour(k if few else place)
        found += [[place / count, colour], [(place + 1) / count, colour]]
    return found
