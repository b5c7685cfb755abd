"""How far is each gradient from a difference of losses, and how exact are such differences?"""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.cells import cells, piled
from dashboard.figures.decades import decades
from dashboard.figures.narrow import folded, lying, narrow
from dashboard.language import say, tr
from engine.topics.backpropagation.gradient_check import CheckConfig, Checked
from engine.topics.backpropagation.step_sizes import CURVES, UCurve

EXACT, WRONG = -12.0, 0.0  # ends of the scale, powers of ten


def maps(found: Checked, height: int = 360) -> go.Figure:
    """Relative error of every parameter, a map a layer; × where a step came over a kink."""
    figure = palette.base("bp_errors", height)
    grid = cells(1, len(found.error), across=0.05, floor=0.16, ceiling=0.92)
    data: list[Any] = []
    layout: dict[str, Any] = {}
    for cell, error, crossed in zip(grid, found.error, found.crossed, strict=True):
        with np.errstate(divide="ignore"):
            z = np.clip(np.log10(error), EXACT - 4, None)
        data.append(
            go.Heatmap(
                z=z,
                zmin=EXACT,
                zmax=WRONG,
                colorscale=palette.UNSIGNED,
                showscale=cell.number == len(grid),
                colorbar={"title": {"text": tr("relative error, power of 10"), "side": "right"}},
                hovertemplate=tr("unit %{y}, input %{x}<br>error 10^%{z:.1f}") + "<extra></extra>",
                xaxis=f"x{cell.number}",
                yaxis=f"y{cell.number}",
            )
        )
        rows, columns = np.nonzero(crossed)
        data.append(
            go.Scatter(
                x=columns,
                y=rows,
                mode="markers",
                marker={"symbol": "x-thin", "size": 6, "line": {"width": 2, "color": palette.RED}},
                showlegend=False,
                hovertemplate=tr("this step comes over a kink") + "<extra></extra>",
                xaxis=f"x{cell.number}",
                yaxis=f"y{cell.number}",
            )
        )
        layout |= _axes(cell.number, error.shape)
        for name, place in cell.domains.items():
            layout[name] |= place
    figure.add_traces(data)
    titles = [
        cell.title(say("backpropagation.layer_of", layer=cell.number, count=error.size))
        for cell, error in zip(grid, found.error, strict=True)
    ]
    figure.update_layout(annotations=titles, **layout)
    below = piled(len(grid), 1, 190, 96)
    narrow(
        figure,
        below.layout | {"height": below.height + 150},
        {2 * len(grid) - 2: {"colorbar": lying(-64 / below.height)}},
    )
    return figure


def _axes(number: int, shape: tuple[int, ...]) -> dict[str, Any]:
    name = "" if number == 1 else str(number)
    rows, columns = shape
    x: dict[str, Any] = {"title": {"text": tr("input; the last is the bias"), "standoff": 4}}
    y: dict[str, Any] = {
        "range": [rows - 0.5, -0.5],
        "dtick": max(1, rows // 4),
        "anchor": f"x{number}",
    }
    if number == 1:
        y["title"] = {"text": tr("unit")}
    x |= {"range": [-0.5, columns - 0.5], "dtick": max(1, columns // 4), "anchor": f"y{number}"}
    quiet = {"showgrid": False, "zeroline": False}
    return {f"xaxis{name}": x | quiet, f"yaxis{name}": y | quiet}


def curves(found: UCurve, config: CheckConfig, height: int = 380) -> go.Figure:
    """Median relative error over the step size: the U of rounding and bending."""
    figure = palette.base("bp_steps", height)
    for precision, scheme in CURVES:
        colour = int(precision == "float64")
        figure.add_scatter(
            x=found.steps,
            y=np.maximum(found.error[precision, scheme], 1e-16),
            mode="lines+markers",
            name=f"{precision}, {tr(scheme)}",
            line={"color": palette.colour(colour), "dash": "solid" if scheme == "central" else
                  "dot", "width": 2.5},
            marker={"symbol": palette.marker(colour), "size": 6},
            hovertemplate=tr("step %{x:.1e}<br>error %{y:.1e}") + "<extra></extra>",
        )  # fmt: skip
    figure.add_vline(
        x=config.step,
        line={"color": palette.GREY, "dash": "dash"},
        annotation={
            "text": tr("your step"),
            "x": float(np.log10(config.step)),
            "xanchor": "right",
            "yref": "paper",
            "y": 0,
            "yanchor": "bottom",
        },
    )
    figure.update_xaxes(title=tr("step h"), **decades(found.steps))
    every = np.concatenate([np.maximum(v, 1e-16) for v in found.error.values()])
    figure.update_yaxes(title=tr("median relative error (lower is better)"), **decades(every))
    narrow(figure, {"yaxis": {"title": folded(tr("median relative error (lower is better)"), 22)}})
    return figure
