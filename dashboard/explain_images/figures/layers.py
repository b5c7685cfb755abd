"""What do a network's layers hold for a picture, and how does Grad-CAM weigh them?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import get_colorscale, hex_to_rgb

from dashboard.figures import palette
from dashboard.figures.cells import cells, piled
from dashboard.figures.narrow import different, lying
from dashboard.figures.png import png
from dashboard.language import say, tr
from engine.explain.weighing import Weighed

SHOWN = 6  # feature maps that give most
ACROSS, FEW = 12, 4  # layers in a row; where there is little room
PITCH = 1.5  # heights of a thumbnail from one row to the next: names of two lines fit between


def thumbnails(
    layers: Mapping[str, NDArray[np.float32]], chosen: str, units: str = "unit", row: int = 122
) -> go.Figure:
    """The four strongest feature maps of every layer; a click on them is a click on a marker.

    Args:
        layers: name to maps (K, h, w).
        chosen: name of the layer in use, which gets a frame.
        units: whose largest value has the full colour: "unit", the map's own, "layer" or "all".
        row: pixels that a row of layers takes with its names.
    """
    names = list(layers)
    across, rows, middles = _rows(len(names), ACROSS)
    every = max((float(np.abs(maps).max()) for maps in layers.values()), default=0.0)
    reach = {"unit": lambda maps: None, "layer": lambda maps: float(np.abs(maps).max())}.get(
        units, lambda maps: every
    )
    images = [
        {
            "source": png(_montage(maps, reach(maps))), "x": x, "y": y, "sizex": 0.92, "sizey": 1,
            "xref": "x", "yref": "y", "xanchor": "center", "yanchor": "middle",
            "sizing": "contain", "layer": "below",
        }
        for (x, y), maps in zip(middles, layers.values(), strict=True)
    ]  # fmt: skip
    markers = {
        "type": "scatter",
        "x": [x for x, _ in middles],
        "y": [y for _, y in middles],
        "mode": "markers",
        "marker": {"size": 80, "symbol": "square", "opacity": 0},
        "customdata": [[name, " × ".join(map(str, layers[name].shape))] for name in names],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        "showlegend": False,
    }
    labels = [
        {
            "text": name.replace(".", "<br>", 1), "x": x, "y": y - 0.54, "xref": "x", "yref": "y",
            "yanchor": "top", "showarrow": False, "font": {"size": 10},
        }
        for name, (x, y) in zip(names, middles, strict=True)
    ]  # fmt: skip
    place = names.index(chosen) if chosen in names else 0
    frame = {"type": "rect", "line": {"color": palette.colour(1), "width": 3}}
    layout = {
        "images": images,
        "shapes": [frame | _around(middles[place])],
        "annotations": labels,
        "xaxis": {
            "showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False,
            "range": [-0.5, across - 0.5], "title": tr("layer, forward order"),
        },
        "yaxis": {"visible": False, "range": [0, rows * PITCH + 0.05]},
        "height": rows * row + 30,
        "margin": {"l": 8, "r": 8, "t": 4, "b": 8},
        "dragmode": False,
        "uirevision": "images_layers",
    }  # fmt: skip
    few, more, moved = _rows(len(names), FEW)
    narrow = {
        "images": [{"x": x, "y": y} for x, y in moved],
        "annotations": [{"x": x, "y": y - 0.54} for x, y in moved],
        "shapes": [_around(moved[place])],
        "xaxis": {"range": [-0.5, few - 0.5]},
        "yaxis": {"range": [0, more * PITCH + 0.05]},
        "height": more * row + 30,
    }
    places = {"x": [x for x, _ in moved], "y": [y for _, y in moved]}
    return go.Figure([markers], layout | {"meta": different(narrow, {0: places})})


def _rows(count: int, most: int) -> tuple[int, int, list[tuple[float, float]]]:
    """So many thumbnails in rows of at most `most`: columns, rows, and the middle of each."""
    rows = -(-count // most)
    middles = [(float(at % most), (rows - 1 - at // most) * PITCH + 0.9) for at in range(count)]
    return min(count, most), rows, middles


def _around(middle: tuple[float, float]) -> dict[str, float]:
    """The edges of a frame around a thumbnail."""
    x, y = middle
    return {"x0": x - 0.47, "x1": x + 0.47, "y0": y - 0.53, "y1": y + 0.53}


def _montage(maps: NDArray[np.float32], reach: float | None = None) -> NDArray[np.uint8]:
    """(3, 2 h + 1, 2 w + 1): the four maps of largest sum of sizes. Zero is the darkest colour of
    what has no negative values, whatever the scale.

    Args:
        reach: the size that has the full colour; None: of each map its own.
    """
    _, height, width = maps.shape
    order = np.abs(maps).sum((1, 2)).argsort()[::-1][:4]
    sheet = np.zeros((2 * height + 1, 2 * width + 1), np.float32)
    for place, index in enumerate(order):
        one = maps[index]
        high = float(np.abs(one).max()) if reach is None else reach
        low = -high if one.min() < 0 else 0.0
        top, left = place // 2 * (height + 1), place % 2 * (width + 1)
        shown = (one - low) / (high - low) if high > low else np.zeros_like(one)
        sheet[top : top + height, left : left + width] = shown
    stops = np.array([hex_to_rgb(code) for _, code in get_colorscale(palette.UNSIGNED)])
    at = np.linspace(0, 1, len(stops))
    rgb = np.stack([np.interp(sheet, at, stops[:, c]) for c in range(3)])
    return rgb.astype(np.uint8)


def weights(found: Weighed, titles: Sequence[str], height: int = 430) -> go.Figure:
    """Grad-CAM's α as bars; below, the maps that give most times their α, their sum and map.

    Args:
        found: of one image.
        titles: of the sum over all maps and of its positive part.
    """
    given = found.alpha[:, None, None] * found.maps  # (K, h, w) α_k A^k
    order = np.abs(given).sum((1, 2)).argsort()[::-1][:SHOWN]
    singles = len(order)
    names = [say("explain_images.one_map", k=k, alpha=f"{found.alpha[k]:+.2g}") for k in order]
    shown = [*given[order], found.total, np.maximum(found.total, 0)]
    number = np.arange(len(found.alpha))
    places = cells(1, len(shown), across=0.01, ceiling=0.36, first=2)
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": number,
            "y": found.alpha,
            "marker": {
                "color": [palette.colour(5 if a > 0 else 0) for a in found.alpha],
                "line": {
                    "width": [2 if k in order else 0 for k in number],
                    "color": palette.colour(1),
                },
            },
            "hovertemplate": tr("map %{x}: α = %{y:.4g}<extra></extra>"),
            "showlegend": False,
        }
    ]
    for index, (values, place) in enumerate(zip(shown, places, strict=True)):
        total = index >= singles
        group = shown[singles:] if total else shown[:singles]
        reach = max(float(np.abs(m).max()) for m in group) or 1.0
        data.append({
            "type": "heatmap",
            "z": values,
            "zmin": -reach,
            "zmax": reach,
            "colorscale": palette.SIGNED,
            "showscale": index in (0, len(shown) - 1),
            "colorbar": {
                "title": {
                    "text": tr("all maps (logits)") if total else tr("one map (logits)"),
                    "side": "right",
                },
                "thickness": 10, "len": 0.46, "y": 0.0, "yanchor": "bottom",
                "x": 1.09 if total else 1.0, "nticks": 5,
            },
            "hovertemplate": tr("row %{y}, column %{x}: %{z:.4g}<extra></extra>"),
            **place.axes,
        })  # fmt: skip
    layout: dict[str, Any] = {
        "xaxis": {
            "domain": (0, 1), "anchor": "y", "title": tr("feature map k (framed: drawn below)"),
        },
        "yaxis": {
            "domain": (0.6, 1), "anchor": "x",
            "title": tr("weight α<sub>k</sub><br>(logits a unit)"),
        },
    }  # fmt: skip
    for place in places:
        layout |= place.frame(*found.total.shape)
    return go.Figure(
        data,
        layout
        | {
            "annotations": [
                p.title(text, 11) for p, text in zip(places, [*names, *titles], strict=True)
            ],
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 4},
            "uirevision": "images_weights",
            "meta": _weights_on_a_phone(len(shown)),
        },
    )


def _weights_on_a_phone(count: int) -> dict[str, Any]:
    """The bars, below them four maps in a row, below these both colour bars."""
    bars = 150
    pile = piled(count, 4, 72, 40, first=2, above=bars + 100)
    layout = pile.layout | {
        "yaxis": {"domain": [1 - bars / pile.height, 1]},
        "height": pile.height + 80,
        "margin": {"b": 68},
    }
    low = -10 / pile.height
    colours = {1: lying(low, 0.45, 0.23, nticks=4), count: lying(low, 0.45, 0.77, nticks=4)}
    return different(layout, {number: {"colorbar": bar} for number, bar in colours.items()})
