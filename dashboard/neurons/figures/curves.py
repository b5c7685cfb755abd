"""Points with the polynomials that fit them; errors over the degree; of what the error is made."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.narrow import below, narrow
from dashboard.language import say, tr
from dashboard.neurons.figures.kinds import COLOURS, SYMBOLS
from engine.topics.neurons.curves import ACROSS, FITS, UP, CurvesConfig, Fitted, powers, true
from engine.topics.neurons.decomposition import Decomposed
from engine.topics.neurons.points import Floats

FINE = 301  # places of a drawn curve
LEAST = 1e-4  # errors below are not told apart
PLACES = {"squared": 0, "descent": 1, "absolute": 2, "huber": 3}
"""Which colour and dash a fit has."""


def label(id: str) -> str:
    return say(f"neurons.fit_{id}")


def fit(config: CurvesConfig, found: Fitted, height: int = 400) -> go.Figure:
    """The points and every shown fit; beside it the errors of all degrees."""
    titles = (tr("points and fits"), tr("mean squared error of each degree"))
    figure = make_subplots(1, 2, horizontal_spacing=0.11, subplot_titles=titles,
                           column_widths=[0.55, 0.45])  # fmt: skip
    x = np.linspace(-ACROSS, ACROSS, FINE)
    f = true(config.sample.truth, x)
    look = {"color": palette.colour(7), "width": 2, "dash": "dot"}
    _line(figure, x, f, tr("true function"), look)
    design = powers(x, found.degree)
    for id in (id for id in FITS if id in config.shown):
        with np.errstate(over="ignore", invalid="ignore"):
            y = design @ found.weights[id]
        y = np.where(np.abs(y) < 10 * UP, y, np.nan)  # far outside: no part of the picture
        index = PLACES[id]
        look = {"color": palette.colour(index), "width": 3, "dash": palette.dash(index)}
        _line(figure, x, y, label(id), look)
    for kind, name in enumerate((tr("points"), tr("outliers"))):
        of = found.outlier == bool(kind)
        if not of.any():
            continue
        marker = {"symbol": SYMBOLS[kind], "size": 8 + 4 * kind, "opacity": 0.85,
                  "color": palette.TEXT if not kind else palette.colour(COLOURS[1]),
                  "line": {"width": 1, "color": palette.EDGE}}  # fmt: skip
        hover = "x %{x:.2f}<br>y %{y:.2f}<extra></extra>"
        figure.add_scatter(x=found.x[of], y=found.y[of], name=name, mode="markers", marker=marker,
                           hovertemplate=hover, row=1, col=1)  # fmt: skip
    errors = (
        (tr("of the points themselves"), found.training, 0, "circle"),
        (tr("each point left out once"), found.left_out, 2, "diamond"),
        (tr("of new points"), found.held_out, 5, "square"),
    )
    degrees = np.arange(len(found.training))
    for index, (name, values, colour, symbol) in enumerate(errors):
        look = {"color": palette.colour(colour), "width": 2.5, "dash": palette.dash(index)}
        hover = f"{name}<br>{tr('degree %{x}: %{y:.3g}')}<extra></extra>"
        figure.add_scatter(x=degrees, y=np.maximum(values, LEAST / 10), name=name, line=look,
                           mode="lines+markers", marker={"symbol": symbol, "size": 7},
                           hovertemplate=hover, row=1, col=2)  # fmt: skip
    ends = np.concatenate([found.y, f])
    span = [float(ends.min()) - 0.3, float(ends.max()) + 0.3]
    figure.update_xaxes(title="x", range=[-1.04 * ACROSS, 1.04 * ACROSS], row=1, col=1)
    figure.update_yaxes(title="y", range=span, row=1, col=1)
    every = np.concatenate([values for _, values, _, _ in errors])
    figure.update_yaxes(title=tr("mean squared error"), **decades(every, least=LEAST), row=1, col=2)
    _degrees(figure, found.degree, found.most, row=1, col=2)
    margin = {"l": 8, "r": 8, "t": 104, "b": 8}
    legend = {"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 0}
    figure.update_layout(uirevision="fit", height=height, margin=margin, legend=legend,
                         hovermode="closest")  # fmt: skip
    narrow(figure, below((260, 240), 90, 250) | {"legend": {"y": 1.07}})
    return figure


def error(found: Decomposed, degree: int, height: int = 340) -> go.Figure:
    """Bias², variance and noise of each degree, their sum, and what was measured."""
    figure = palette.base("decomposition", height)
    total = found.bias + found.variance + found.noise
    degrees = np.arange(len(total))
    parts: tuple[tuple[str, Floats, int, str], ...] = (
        (tr("bias²"), found.bias, 0, "dash"),
        (tr("variance"), found.variance, 5, "dot"),
        (tr("noise σ²"), np.full(len(total), found.noise), 7, "dashdot"),
        (tr("their sum"), total, 2, "solid"),
    )
    for name, values, colour, dash in parts:
        hover = f"{name}<br>{tr('degree %{x}: %{y:.3g}')}<extra></extra>"
        look = {"color": palette.colour(colour), "width": 2.5, "dash": dash}
        drawn = np.where(values > 0, values, np.nan)
        figure.add_scatter(x=degrees, y=drawn, name=name, mode="lines", line=look,
                           hovertemplate=hover)  # fmt: skip
    name = tr("measured on new values")
    hover = f"{name}<br>{tr('degree %{x}: %{y:.3g}')}<extra></extra>"
    ring = {"symbol": "circle-open", "size": 11, "color": palette.TEXT, "line": {"width": 2}}
    figure.add_scatter(x=degrees, y=found.fresh, name=name, mode="markers", marker=ring,
                       hovertemplate=hover)  # fmt: skip
    every = np.concatenate([values for _, values, _, _ in parts])
    figure.update_yaxes(title=tr("mean squared error"), **decades(every, least=LEAST))
    _degrees(figure, degree, len(total) - 1)
    narrow(figure, {"height": height + 60})
    return figure


def _line(figure: go.Figure, x: Floats, y: Floats, name: str, look: dict[str, Any]) -> None:
    hover = f"{name}<br>x %{{x:.2f}}<br>y %{{y:.3g}}<extra></extra>"
    figure.add_scatter(x=x, y=y, name=name, mode="lines", line=look, hovertemplate=hover,
                       row=1, col=1)  # fmt: skip


def _degrees(figure: go.Figure, now: int, most: int, **place: int) -> None:
    """The axis of degrees with a line at the chosen one."""
    figure.update_xaxes(title=tr("degree"), dtick=1, range=[-0.5, most + 0.5], **place)
    line = {"color": palette.colour(7), "dash": "dot", "width": 1.5}
    figure.add_vline(x=now, line=line, **place)
