"""How much does each pixel of a map change when the same picture is explained again?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.cells import Cell, cells
from dashboard.figures.narrow import different, folded, lying, narrow
from dashboard.figures.png import png
from dashboard.language import tr

Picture = NDArray[np.float32]


def agreement(kinds: Mapping[str, Mapping[str, float]], *, axis: str) -> go.Figure:
    """For each kind of comparison one bar a method, −1..1; none where one refused the network."""
    found = [value for values in kinds.values() for value in values.values()]
    methods = max((len(values) for values in kinds.values()), default=0)
    figure = palette.base("images_stability_bars", 90 + 34 * max(1, methods))
    for number, (kind, values) in enumerate(kinds.items()):
        figure.add_bar(
            y=list(values),
            x=list(values.values()),
            name=kind,
            orientation="h",
            marker={"color": palette.colour(number), "pattern": {"shape": "/" if number else ""}},
            hovertemplate=f"%{{y}}, {kind}: %{{x:.3f}}<extra></extra>",
        )
    figure.update_xaxes(title=axis, range=[min(0, *found, 0), 1.02])
    figure.update_yaxes(title=tr("method"), autorange="reversed")
    narrow(figure, {"xaxis": {"title": folded(axis, 28)}, "height": figure.layout.height + 24})
    return figure.update_layout(bargap=0.3)


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
    places = cells(2, 1 + len(found), across=0.006, down=0.03)
    top = max((float(np.nanmax(m["spread"], initial=0)) for m in found.values()), default=1) or 1
    rows = (("mean", -1.0, 1.0, palette.SIGNED), ("spread", 0.0, top, palette.UNSIGNED))
    image = png((picture * 255).round().astype(np.uint8))
    data: list[dict[str, Any]] = [
        {"type": "image", "source": image, "hoverinfo": "skip", **places[0].axes}
    ]
    titles = [places[0].title(tr("picture"), 11)]
    for column, (label, arrays) in enumerate(found.items(), 1):
        titles.append(places[column].title(label.replace(" ", "<br>", 1), 11))
        for row, (kind, low, high, scale) in enumerate(rows):
            data.append({
                "type": "heatmap",
                "z": arrays[kind],
                "zmin": low,
                "zmax": high,
                "colorscale": scale,
                "showscale": column == 1,
                "colorbar": {
                    "title": {"text": units[row], "side": "right"}, "thickness": 10, "len": 0.5,
                    "y": 0.5 - 0.5 * row, "yanchor": "bottom", "nticks": 5,
                },
                "hovertemplate": f"{label}, {names[row]}<br>"
                + tr("row %{y}, column %{x}: %{z:.3f}") + "<extra></extra>",
                **places[row * (1 + len(found)) + column].axes,
            })  # fmt: skip
    layout: dict[str, Any] = {}
    for place in places:
        layout |= place.frame(*picture.shape[1:])
    return go.Figure(
        data,
        layout
        | {
            "annotations": titles,
            "height": 2 * each + 50,
            "margin": {"l": 4, "r": 8, "t": 44, "b": 4},
            "uirevision": "images_stability",
            "meta": _on_a_phone(1 + len(found)),
        },
    )


def _on_a_phone(count: int) -> dict[str, Any]:
    """The picture, then every method's mean map and spread beside each other; two in a row."""
    each, head = 82, 40
    rows = -(-count // 2)
    total = rows * each + (rows - 1) * head
    grid = cells(rows, 4, down=head / total)
    layout: dict[str, Any] = {"annotations": [], "height": total + 128, "margin": {"b": 80}}
    for number in range(count):
        mean, spread = grid[2 * number : 2 * number + 2]
        pair = Cell(0, mean.left, spread.right, mean.bottom, mean.top) if number else mean
        layout["annotations"].append({"x": (pair.left + pair.right) / 2, "y": pair.top})
        layout |= mean._replace(number=number + 1).domains
        layout |= spread._replace(number=count + number + 1).domains
    low = -10 / total
    return different(
        layout, {1: {"colorbar": lying(low, 0.42, 0.23)}, 2: {"colorbar": lying(low, 0.42, 0.77)}}
    )
