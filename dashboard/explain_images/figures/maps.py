"""What do maps of attributions look like over the picture they explain?"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import get_colorscale, hex_to_rgb

from dashboard.figures import palette
from dashboard.figures.cells import cells, piled
from dashboard.figures.narrow import different, lying
from dashboard.figures.png import png
from dashboard.language import say, tr
from engine.explain.maps.boxes import Box

FOUND, TRUE = 3, 2  # colours of the box that a map gives and of the true one
FULL = 99  # percentile of a map's sizes that has the full colour: one pixel must not hide the rest
MOST = 112  # pixels a side of a map as it is sent: twelve of 224 would be slow to draw
GREY = np.array([0.299, 0.587, 0.114], np.float32)


class Panel(NamedTuple):
    """One method's map."""

    label: str
    note: str  # below the label: what is worth a number
    values: NDArray[np.float32] | None  # (H, W); None: not there (yet)
    box: Box | None = None


def side_by_side(
    picture: NDArray[np.float32],
    title: str,
    panels: Sequence[Panel],
    *,
    opacity: float,
    signed: bool,
    shared: bool,
    truth: Box | None = None,
    columns: int = 4,
    each: int = 258,
) -> go.Figure:
    """The picture and every map over it, with one colour bar.

    Args:
        picture: (C, H, W) in 0..1.
        title: of the picture's panel.
        panels: one a method.
        opacity: of the maps; places of value zero let more of the picture through.
        signed: a diverging scale; else sizes, on an unsigned one.
        shared: one scale for all maps; else each by its own 99th percentile.
        truth: box of the object, where it is known.
    """
    count = 1 + len(panels)
    across = min(columns, count)
    down = -(-count // across)
    titles = [
        title,
        *(f"{p.label}<br><span style='font-size:11px'>{p.note or ' '}</span>" for p in panels),
    ]
    height, width = picture.shape[1:]
    colour = png((picture * 255).round().astype(np.uint8))
    faint = png(_grey(picture))
    largest = max((_reach(p.values) for p in panels if p.values is not None), default=1.0)
    places = cells(down, across, down=46 / (each * down))[:count]
    data: list[dict[str, Any]] = []
    shapes = []
    for index, place in enumerate(places):
        data.append({
            "type": "image", "source": faint if index else colour, "hoverinfo": "skip",
            **place.axes,
        })  # fmt: skip
        panel = panels[index - 1] if index else None
        if panel is not None and panel.values is not None:
            first = len(data) == sum(trace["type"] == "image" for trace in data)
            data.append(
                _map(panel, largest if shared else None, signed=signed)
                | {"colorscale": colours(opacity, signed), "showscale": first}
                | place.axes
            )
            if panel.box:
                shapes.append(place.box(panel.box, FOUND, "solid"))
        if truth is not None:
            shapes.append(place.box(truth, TRUE, "dash"))
    layout: dict[str, Any] = {}
    for place in places:
        layout |= place.frame(height, width)
    return go.Figure(
        data,
        layout
        | {
            "shapes": shapes,
            "annotations": [p.title(text) for p, text in zip(places, titles, strict=True)],
            "height": 46 + each * down,
            "margin": {"l": 4, "r": 4, "t": 46, "b": 4},
            "uirevision": "images_maps",
            "meta": _on_a_phone(count, height / width, data),
        },
    )


def _on_a_phone(count: int, shape: float, data: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Two panels in a row, the colour bar below. `shape`: of the picture, height over width."""
    pile = piled(count, 2, min(330, 165 * shape), 44)
    layout = pile.layout | {"height": pile.height + 110, "margin": {"b": 64}}
    bars = {
        number: {"colorbar": lying(-10 / pile.height)}
        for number, trace in enumerate(data)
        if trace.get("showscale")
    }
    return different(layout, bars)


def _map(panel: Panel, largest: float | None, *, signed: bool) -> dict[str, Any]:
    """A heat map, in raw values where there is one scale for all, else in shares of its own."""
    assert panel.values is not None
    raw, step = _smaller(panel.values)
    values = raw if signed else np.abs(raw)
    reach = _reach(values) if largest is None else largest
    hovered = "customdata" if largest is None else "z"
    unit = tr("attribution") if largest else say("explain_images.relative_to", percentile=FULL)
    return {
        "type": "heatmap",
        "z": values / reach if largest is None else values,
        "zmin": 0 if not signed else -1 if largest is None else -reach,
        "zmax": 1 if largest is None else reach,
        "customdata": raw if largest is None else None,
        "x0": (step - 1) / 2,
        "dx": step,
        "y0": (step - 1) / 2,
        "dy": step,
        "colorbar": {"title": {"text": unit, "side": "right"}, "thickness": 10},
        "hovertemplate": f"{panel.label}<br>"
        + say("explain_images.hover_pixel", value=hovered)
        + "<extra></extra>",
    }


def _smaller(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """A map of at most `MOST` pixels a side, means of squares, and the squares' side."""
    step = -(-max(values.shape) // MOST)
    if step == 1:
        return values, 1
    height, width = (side // step * step for side in values.shape)
    squares = values[:height, :width].reshape(height // step, step, width // step, step)
    return squares.mean((1, 3)), step


def colours(opacity: float, signed: bool) -> list[tuple[float, str]]:
    """A scale over a picture: the larger a value, the less of the picture is seen through it."""
    stops: list[Any] = palette.SIGNED if signed else get_colorscale(palette.UNSIGNED)
    found = []
    for at, code in stops:
        red, green, blue = hex_to_rgb(code)
        size = abs(2 * at - 1) if signed else at
        found.append((at, f"rgba({red},{green},{blue},{opacity ** (1 + 2 * (1 - size)):.3f})"))
    return found


def _reach(values: NDArray[np.float32]) -> float:
    """The size that has the full colour, above 0."""
    sizes = np.abs(values)
    return float(np.percentile(sizes, FULL)) or float(sizes.max()) or 1.0


def _grey(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(1, H, W): colours of a map must not mix with colours of the picture."""
    grey = picture if len(picture) == 1 else np.tensordot(GREY, picture, 1)[None]
    return (grey * 255).round().astype(np.uint8)
