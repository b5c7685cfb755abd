"""Which pixels does a network see, and which of those may it? Drawn layer by layer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.film import transport
from dashboard.figures.narrow import below, different
from dashboard.language import say, tr
from engine.autoregressive.classification import Kind
from engine.words import said

# Colour and sign of each kind: never by colour alone.
KINDS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.TARGET: (palette.RED, "●", said("target")),
    Kind.USED: (palette.BLUE, "", said("used")),
    Kind.BLIND: (palette.ORANGE, "×", said("legal, but blind")),
    Kind.LEAK: (palette.PINK, "!", said("seen, but not generated yet")),
    Kind.FAR: (palette.FAR_BLUE, "", said("legal, out of reach")),
    Kind.FUTURE: (palette.PALE, "", said("not generated yet")),
}
_CODES = len(KINDS)
SCALE = [
    [edge / _CODES, KINDS[Kind(code)][0]] for code in range(_CODES) for edge in (code, code + 1)
]
_SIGNS = np.array([KINDS[Kind(code)][1] for code in range(_CODES)])
PLAY_MS = 500
BOARD = 280  # height of a board on a narrow screen, pixels


def growth(
    fields: Mapping[str, NDArray[np.int8]], target: tuple[int, int], *, height: int = 460
) -> go.Figure:
    """Fields of schemes side by side, growing with the layers by play, step or slider.

    The film runs in the browser: one frame a layer, no server is asked.

    Args:
        fields: title to kinds (L, H, W) as `classification.classify` gives them.
        target: row and column.
    """
    layers, rows, columns = next(iter(fields.values())).shape
    figure = make_subplots(
        rows=1, cols=len(fields), subplot_titles=list(fields), horizontal_spacing=0.04
    )
    for column, kinds in enumerate(fields.values(), 1):
        figure.add_trace(_board(kinds[-1]), row=1, col=column)
    figure.frames = [
        go.Frame(
            name=str(layer + 1),
            data=[_board(kinds[layer]) for kinds in fields.values()],
            traces=list(range(len(fields))),
        )
        for layer in range(layers)
    ]
    for axis in range(1, len(fields) + 1):
        anchor = "x" if axis == 1 else f"x{axis}"
        figure.update_xaxes(
            title=tr("column"), range=[-0.5, columns - 0.5], constrain="domain", row=1, col=axis
        )
        figure.update_yaxes(
            title=tr("row") if axis == 1 else None,
            showticklabels=axis == 1 or len(fields) < 3,
            range=[rows - 0.5, -0.5],
            scaleanchor=anchor,
            constrain="domain",
            row=1,
            col=axis,
        )
    for axis in range(1, len(fields) + 1):  # where it sees itself its cell has another colour
        figure.add_shape(
            _ring(target), xref="x" if axis == 1 else f"x{axis}", yref="y" if axis == 1 else
            f"y{axis}",
        )  # fmt: skip
    ticks = 6 if len(fields) < 3 else 3
    figure.update_xaxes(showgrid=False, zeroline=False, dtick=max(1, columns // ticks))
    figure.update_yaxes(showgrid=False, zeroline=False, dtick=max(1, rows // 6))
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        uirevision="growth",
        dragmode=False,
        showlegend=False,
        meta=_below_each_other(len(fields))
        | transport([say("blind_spot.layers_so_far", count=n + 1) for n in range(layers)],
                    pace=PLAY_MS, redraw=True, fits=True),
    )  # fmt: skip
    return figure


def _ring(target: tuple[int, int]) -> dict[str, Any]:
    """A circle in the target's cell."""
    row, column = target
    around = {"x0": column - 0.42, "x1": column + 0.42, "y0": row - 0.42, "y1": row + 0.42}
    return {"type": "circle", "line": {"color": palette.RED, "width": 2.5}} | around


def _below_each_other(count: int) -> dict[str, Any]:
    """The boards on a narrow screen."""
    layout = below([BOARD] * count, 90, 104)
    for name in layout:
        if name.startswith("yaxis"):
            layout[name]["title"] = {"text": tr("row"), "standoff": 4}
    return different(layout)


def _board(kinds: NDArray[np.int8]) -> go.Heatmap:
    """One field as coloured cells with the sign of each kind."""
    return go.Heatmap(
        z=kinds + 0.5,
        zmin=0,
        zmax=_CODES,
        colorscale=SCALE,
        showscale=False,
        xgap=1,
        ygap=1,
        text=_SIGNS[kinds],
        texttemplate="%{text}",
        textfont={"color": palette.INK, "size": 13},
        customdata=np.array([tr(KINDS[Kind(code)][2]) for code in range(_CODES)])[kinds],
        hovertemplate=tr("row %{y}, column %{x}<br>%{customdata}<extra></extra>"),
    )


def solid(kinds: NDArray[np.int8], title: str, height: int = 520) -> go.Figure:
    """The field of every layer as a stack of boards, target at the top.

    Args:
        kinds: (L, H, W).
    """
    figure = palette.base("solid", height)
    for kind in (Kind.USED, Kind.BLIND, Kind.LEAK, Kind.TARGET):
        layer, row, column = np.nonzero(kinds == kind)
        colour, name = KINDS[kind][0], tr(KINDS[kind][2])
        figure.add_scatter3d(
            x=column,
            y=row,
            z=layer + 1,
            mode="markers",
            name=name,
            marker={"size": 4, "symbol": "square", "color": colour, "opacity": 0.85},
            hovertemplate=f"{name}<br>{tr('row %{y}, column %{x}, %{z} layers')}<extra></extra>",
        )
    figure.update_layout(
        scene={
            "xaxis": {"title": tr("column")},
            "yaxis": {"title": tr("row"), "autorange": "reversed"},
            "zaxis": {"title": tr("layers"), "dtick": 1},
            "aspectratio": {"x": 1, "y": 1, "z": 0.8},
            "camera": {"eye": {"x": 0.8, "y": -2.0, "z": 1.0}, "center": {"z": -0.15}},
        },
        title={"text": title, "font": {"size": 14}},
        margin={"t": 64},
    )
    return figure


def key() -> str:
    """The meaning of the colours as one line of Markdown with coloured squares."""
    return " &nbsp; ".join(
        f'<span style="color:{colour}">■</span> {sign} {tr(name)}'
        for colour, sign, name in KINDS.values()
    )
