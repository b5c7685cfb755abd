"""What do Jacobians look like, and what does the order of their products cost?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.cells import Cell, cells, piled
from dashboard.figures.decades import decades, ticks_at
from dashboard.figures.narrow import below, lying, narrow
from dashboard.language import say, tr
from engine.topics.backpropagation.jacobians import Jacobian
from engine.topics.backpropagation.product_costs import Costs

COLUMNS = 3  # maps side by side
REACH = 2.6  # decades that an axis of costs shows at least
WIDE, LETTERS = 8, 60  # columns and entries up to which numbers are written


def maps(found: Sequence[Jacobian], height: int = 520) -> go.Figure:
    """The Jacobian of each layer, and last that of all of them; each on its own scale."""
    figure = palette.base("bp_jacobians", height)
    grid = cells(-(-len(found) // COLUMNS), COLUMNS, across=0.05, down=0.2, ceiling=0.93)
    data: list[Any] = []
    layout: dict[str, Any] = {}
    titles = []
    for cell, one in zip(grid, found, strict=False):
        most = float(np.abs(one.matrix).max()) or 1.0
        data.append(_map(cell, one.matrix / most, one.matrix, bar=cell.number == len(found)))
        titles.append(cell.title(_title(one)))
        layout |= _axes(cell, one.matrix.shape)
    figure.add_traces(data)
    figure.update_layout(annotations=titles, **layout)
    under = piled(len(found), 1, 190, 74)
    phone = under.layout | {"height": under.height + 160}
    narrow(figure, phone, {len(found) - 1: {"colorbar": lying(-60 / under.height)}})
    return figure


def _title(one: Jacobian) -> str:
    rows, columns = one.matrix.shape
    return f"{say(f'backpropagation.{one.layer}')}: {rows} × {columns}"


def _map(cell: Cell, shares: Any, matrix: Any, *, bar: bool) -> go.Heatmap:
    small = matrix.size <= LETTERS and matrix.shape[1] <= WIDE
    return go.Heatmap(
        z=shares,
        zmin=-1.2,
        zmax=1.2,
        customdata=matrix,
        colorscale=palette.SIGNED,
        showscale=bar,
        colorbar={"title": {"text": tr("share of the largest entry"), "side": "right"}},
        text=[[_written(v) for v in row] for row in matrix] if small else None,
        texttemplate="%{text}" if small else None,
        textfont={"size": 10, "color": palette.INK},
        hovertemplate=tr("output %{y}, input %{x}<br>∂ = %{customdata:.6g}") + "<extra></extra>",
        **cell.axes,
    )


def _written(value: float) -> str:
    """Two digits behind the point; nothing for 0."""
    return f"{value:.2f}".replace("-", "−") if value else ""


def _axes(cell: Cell, shape: tuple[int, ...]) -> dict[str, Any]:
    name = "" if cell.number == 1 else str(cell.number)
    rows, columns = shape
    quiet = {"showgrid": False, "zeroline": False}
    axes = {
        f"xaxis{name}": {
            "range": [-0.5, columns - 0.5],
            "dtick": max(1, columns // 4),
            "anchor": f"y{cell.number}",
            "title": {"text": tr("input"), "standoff": 2},
            **quiet,
        },
        f"yaxis{name}": {
            "range": [rows - 0.5, -0.5],
            "dtick": max(1, rows // 4),
            "anchor": f"x{cell.number}",
            "title": {"text": tr("output"), "standoff": 2},
            **quiet,
        },
    }
    for axis, place in cell.domains.items():
        axes[axis] |= place
    return axes


def costs(found: Costs, name: str, ways: tuple[str, str], across: str, height: int = 380) -> Any:
    """Multiply-adds and milliseconds of two ways, side by side.

    Args:
        ways: what each is called.
        across: title of the axis of what makes them differ.
    """
    figure = palette.base(name, height)
    left, right = cells(1, 2, across=0.12, ceiling=0.9)
    panels = (
        (left, found.counted, tr("multiply-adds"), "", "%{y:,.0f}"),
        (right, [1000 * s for s in found.seconds], tr("milliseconds"), "2", "%{y:.3g} ms"),
    )
    layout: dict[str, Any] = {}
    for cell, values, title, axis, format in panels:
        for at, (way, y) in enumerate(zip(ways, values, strict=True)):
            figure.add_scatter(
                x=found.places,
                y=y,
                mode="lines+markers",
                name=way,
                legendgroup=way,
                showlegend=not axis,
                line={"color": palette.colour(at), "dash": palette.dash(at), "width": 2.5},
                marker={"symbol": palette.marker(at), "size": 8},
                hovertemplate=f"{across} %{{x:.3g}}<br>{format}<extra></extra>",
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
            )
        layout[f"xaxis{axis}"] = {
            "title": across,
            "domain": [cell.left, cell.right],
            "anchor": f"y{axis}",
            **_ticks(found.places),
        }
        layout[f"yaxis{axis}"] = {
            "title": f"{title} ({tr('lower is better')})",
            "domain": [cell.bottom, cell.top],
            "anchor": f"x{axis}",
            **decades(np.concatenate(values), reach=REACH),
        }
    titles = [left.title(tr("counted")), right.title(tr("measured here"))]
    figure.update_layout(annotations=titles, legend={"y": 1.06}, **layout)
    narrow(figure, below([210, 210], 90, 130) | {"legend": {"y": 1.08}})
    return figure


def _ticks(places: Any) -> dict[str, Any]:
    """Every width; of ratios every second, as fractions."""
    if places.min() >= 1:
        return ticks_at(places.tolist())
    shown = places[1::2].tolist()
    names = [f"{v:g}" if v >= 1 else f"1/{1 / v:g}" for v in shown]
    return ticks_at(shown, names)
