"""What do maps of attributions look like over the picture they explain?"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import get_colorscale, hex_to_rgb
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.images_dream import png
from engine.explain.boxes import Box

FOUND, TRUE = 3, 2  # colours of the box that a map gives and of the true one
FULL = 99  # percentile of a map's sizes that has the full colour: one pixel must not hide the rest
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
    figure = make_subplots(
        rows=down,
        cols=across,
        subplot_titles=titles,
        horizontal_spacing=0.012,
        vertical_spacing=0.17 / down,
    )
    height, width = picture.shape[1:]
    colour = png((picture * 255).round().astype(np.uint8))
    faint = png(_grey(picture))
    largest = max(
        (float(np.abs(p.values).max()) for p in panels if p.values is not None), default=1
    )
    scale = colours(opacity, signed)
    bar = True
    for index in range(count):
        where = {"row": index // across + 1, "col": index % across + 1}
        figure.add_image(source=faint if index else colour, hoverinfo="skip", **where)
        panel = panels[index - 1] if index else None
        if panel is not None and panel.values is not None:
            values = panel.values if signed else np.abs(panel.values)
            reach = largest if shared else _reach(values)
            figure.add_heatmap(
                z=values if shared else values / reach,
                zmin=(-reach if shared else -1) if signed else 0,
                zmax=reach if shared else 1,
                colorscale=scale,
                customdata=None if shared else panel.values,
                showscale=bar,
                colorbar={
                    "title": {
                        "text": "attribution"
                        if shared
                        else f"relative to each map's {FULL}th percentile",
                        "side": "right",
                    },
                    "thickness": 10,
                },
                hovertemplate=f"{panel.label}<br>row %{{y}}, column %{{x}}: "
                f"%{{{'z' if shared else 'customdata'}:.4g}}<extra></extra>",
                **where,
            )
            bar = False
            if panel.box:
                figure.add_shape(**_rectangle(panel.box, FOUND, "solid"), **where)
        if truth is not None:
            figure.add_shape(**_rectangle(truth, TRUE, "dash"), **where)
    figure.update_xaxes(visible=False, range=[-0.5, width - 0.5], constrain="domain")
    figure.update_yaxes(visible=False, range=[height - 0.5, -0.5], constrain="domain")
    figure.update_annotations(font_size=13)
    return figure.update_layout(
        height=40 + each * down, margin={"l": 4, "r": 4, "t": 46, "b": 4}, uirevision="images_maps"
    )


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


def _rectangle(box: Box, colour: int, dash: str) -> dict[str, object]:
    return {
        "type": "rect",
        "x0": box.left - 0.5,
        "x1": box.right + 0.5,
        "y0": box.top - 0.5,
        "y1": box.bottom + 0.5,
        "line": {"color": palette.colour(colour), "width": 2, "dash": dash},
    }
