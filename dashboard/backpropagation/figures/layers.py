"""What runs through the layers each way, what is kept for the way back, and what cutting saves?"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.backpropagation.figures.graph import number
from dashboard.figures import palette
from dashboard.figures.cells import Cell, cells, piled
from dashboard.figures.narrow import below, lying, narrow
from dashboard.language import say, tr
from engine.topics.backpropagation.layers import LayersConfig, Quantity, Walked
from engine.topics.backpropagation.memory import Memory

GAP = 0.012  # between two pictures, share of the width
LETTERS = 12  # cells of a picture, up to which its numbers are written
COLUMNS = 6  # of a picture, from which on it is made no wider
MANY = 14  # pictures of a row, from which on no number is written


def values(found: Walked, height: int = 420) -> go.Figure:
    """All values in a row, and below each its slope, of the same shape."""
    figure = palette.base("bp_layers", height)
    shown = found.quantities
    grid = _grid(shown)
    data: list[Any] = []
    layout: dict[str, Any] = {}
    titles: list[dict[str, Any]] = []
    for row, part in enumerate(("value", "slope")):
        arrays = [getattr(one, part) for one in shown]
        most = 1.2 * max(float(np.abs(array).max()) for array in arrays) or 1.0
        for at, (one, array) in enumerate(zip(shown, arrays, strict=True)):
            cell = grid[row * len(shown) + at]
            data.append(_map(cell, array, most, len(shown), bar=at + 1 == len(shown), row=row))
            name = one.name if part == "value" else f"∂y/∂{one.name}"
            if len(shown) <= MANY:
                titles.append(cell.title(name, 12))
            layout |= _axes(cell, array.shape)
    figure.add_traces(data)
    figure.update_layout(annotations=titles, **layout)
    _piled(figure, len(shown))
    return figure


def _grid(shown: Sequence[Quantity]) -> list[Cell]:
    """Two rows, as wide as the pictures have columns."""
    wide = [1.3 + min(one.value.shape[1], COLUMNS) for one in shown]
    share = (0.94 - GAP * (len(wide) - 1)) / sum(wide)
    starts = [0.0, *accumulate(w * share + GAP for w in wide)]
    return [
        Cell(row * len(wide) + at + 1, starts[at], starts[at] + w * share, low, high)
        for row, (low, high) in enumerate(((0.56, 0.94), (0.0, 0.38)))
        for at, w in enumerate(wide)
    ]


def _map(cell: Cell, array: Any, most: float, count: int, *, bar: bool, row: int) -> go.Heatmap:
    small = array.size <= LETTERS and count <= MANY
    title = say("backpropagation.values" if row == 0 else "backpropagation.slopes")
    return go.Heatmap(
        z=array,
        zmin=-most,
        zmax=most,
        colorscale=palette.SIGNED,
        showscale=bar,
        colorbar={
            "title": {"text": title, "side": "right"},
            "len": 0.48,
            "y": 0.76 if row == 0 else 0.19,
            "thickness": 12,
        },
        text=[[number(float(v), 2) for v in line] for line in array] if small else None,
        texttemplate="%{text}" if small else None,
        textfont={"size": 11, "color": palette.INK},
        hovertemplate=tr("row %{y}, column %{x}<br>%{z:.6g}") + "<extra></extra>",
        xaxis=f"x{cell.number}",
        yaxis=f"y{cell.number}",
    )


def _axes(cell: Cell, shape: tuple[int, int]) -> dict[str, Any]:
    name = "" if cell.number == 1 else str(cell.number)
    plain = {"visible": False, "fixedrange": True}
    axes = {
        f"xaxis{name}": {"range": [-0.5, shape[1] - 0.5], "anchor": f"y{cell.number}", **plain},
        f"yaxis{name}": {"range": [shape[0] - 0.5, -0.5], "anchor": f"x{cell.number}", **plain},
    }
    for axis, place in cell.domains.items():
        axes[axis] |= place
    return axes


def _piled(figure: go.Figure, count: int) -> None:
    """On a phone a row for each value: the value, and its slope beside it."""
    each, head = (84, 26) if count <= MANY else (34, 4)
    under = piled(2 * count, 2, each, head)
    layout: dict[str, Any] = {"height": under.height + 190, "annotations": []}
    for at in range(2 * count):
        cell = under.cells[2 * (at % count) + at // count]
        name = "" if at == 0 else str(at + 1)
        layout[f"xaxis{name}"] = {"domain": [cell.left, cell.right]}
        layout[f"yaxis{name}"] = {"domain": [cell.bottom, cell.top]}
        if count <= MANY:
            place = {"x": (cell.left + cell.right) / 2, "y": cell.top}
            layout["annotations"].append(place)
    bars = {
        count - 1: {"colorbar": lying(-20 / under.height, 0.42, 0.22)},
        2 * count - 1: {"colorbar": lying(-20 / under.height, 0.42, 0.78)},
    }
    narrow(figure, layout, bars)


def kept(config: LayersConfig, found: Memory, height: int = 340) -> go.Figure:
    """Bytes that are kept of each layer, and what is held at most with 1, 2, … segments."""
    figure = palette.base("bp_memory", height)
    left, right = cells(1, 2, across=0.12, ceiling=0.86)
    layers = list(range(1, config.depth + 1))
    both = (
        (found.inputs, say("backpropagation.kept_inputs"), palette.BLUE, ""),
        (found.own, say("backpropagation.kept_own"), palette.ORANGE, "/"),
    )
    for sizes, name, colour, pattern in both:
        figure.add_bar(
            x=layers,
            y=[size / 1024 for size in sizes],
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate=tr("layer %{x}<br>%{y:.4g} KiB") + "<extra></extra>",
        )
    figure.add_scatter(
        x=layers,
        y=[size / 1024 for size in found.measured],
        mode="markers",
        name=say("backpropagation.kept_measured"),
        marker={"symbol": "diamond-open", "size": 11, "color": palette.TEXT, "line": {"width": 2}},
        hovertemplate=tr("layer %{x}<br>%{y:.4g} KiB") + "<extra></extra>",
    )
    figure.add_scatter(
        x=layers,
        y=[size / 1024 for size in found.peaks],
        mode="lines+markers",
        name=say("backpropagation.peak"),
        line={"color": palette.GREEN, "width": 2.5},
        hovertemplate=tr("%{x} segments<br>%{y:.4g} KiB") + "<extra></extra>",
        xaxis="x2",
        yaxis="y2",
    )
    figure.add_scatter(
        x=[config.cuts],
        y=[found.peak / 1024],
        mode="markers",
        name=say("backpropagation.peak_measured"),
        marker={"symbol": "star", "size": 15, "color": palette.RED},
        hovertemplate=tr("%{x} segments<br>%{y:.4g} KiB") + "<extra></extra>",
        xaxis="x2",
        yaxis="y2",
    )
    whole = {"tickmode": "linear", "dtick": 1, "range": [0.4, config.depth + 0.6]}
    titles = [
        left.title(say("backpropagation.kept_title")),
        right.title(say("backpropagation.peak_title")),
    ]
    top = max(found.peaks) / 1024 * 1.1
    figure.update_layout(
        barmode="stack",
        annotations=titles,
        legend={"y": -0.2, "yanchor": "top"},
        xaxis={"title": tr("layer"), "domain": [left.left, left.right], "anchor": "y", **whole},
        yaxis={"title": tr("kept (KiB)"), "domain": [0, 0.86], "rangemode": "tozero"},
        xaxis2={
            "title": tr("segments"), "domain": [right.left, right.right], "anchor": "y2", **whole
        },
        yaxis2={
            "title": tr("held at most (KiB; lower is better)"),
            "domain": [0, 0.86],
            "anchor": "x2",
            "range": [0, top],
        },
    )  # fmt: skip
    phone = below([200, 200], 90, 170)
    narrow(figure, phone | {"legend": {"y": -0.16, "orientation": "v"}})
    return figure


def plainly(size: int) -> str:
    """Bytes as a person says them."""
    return f"{size:,} B" if size < 10 * 1024 else f"{size / 1024:,.1f} KiB"
