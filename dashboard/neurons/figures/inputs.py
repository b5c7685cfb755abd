"""Two inputs, the valley that they make of the loss, and how gradient descent goes through it."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.narrow import below, narrow
from dashboard.language import say, tr
from engine.topics.neurons.inputs import PREPARED, Compared, Descent, InputsConfig
from engine.topics.neurons.points import Floats

GRID = 61  # of the contours, each way
LEAST, MOST = 1e-8, 1e4  # excess losses that are drawn
STEPS = 150  # of a drawn path: more are a smear


def label(id: str) -> str:
    return say(f"neurons.inputs_{id}")


def valley(config: InputsConfig, found: Compared, height: int = 420) -> go.Figure:
    """The inputs about the origin; the path on the contours; the excess of every preparation."""
    now = found.descents[config.prepared]
    titles = (tr("inputs"), tr("loss over both weights"), tr("excess loss"))
    figure = make_subplots(1, 3, horizontal_spacing=0.09, subplot_titles=titles,
                           column_widths=[0.28, 0.36, 0.36])  # fmt: skip
    _inputs(figure, now)
    _path(figure, now)
    updates = np.arange(config.updates + 1)
    for index, id in enumerate(PREPARED):
        excess = found.descents[id].excess
        drawn = np.where((excess >= LEAST / 10) & (excess <= 10 * MOST), excess, np.nan)
        line = {"color": palette.colour(index), "dash": palette.dash(index),
                "width": 4 if id == config.prepared else 2}  # fmt: skip
        hover = f"{label(id)}<br>{tr('update %{x}: %{y:.2g}')}<extra></extra>"
        figure.add_scatter(x=updates, y=drawn, name=label(id), mode="lines", line=line,
                           hovertemplate=hover, row=1, col=3)  # fmt: skip
    goal = {"color": palette.colour(7), "dash": "dot", "width": 1.5}
    figure.add_scatter(x=[0, config.updates], y=[config.goal] * 2, name=tr("goal"), mode="lines",
                       line=goal, hoverinfo="skip", row=1, col=3)  # fmt: skip
    every = np.concatenate([found.descents[id].excess for id in PREPARED] + [[config.goal]])
    every = every[np.isfinite(every) & (every <= MOST)]
    ends = [one.reached for one in found.descents.values()]
    last = config.updates if None in ends else 1.25 * max(filter(None, ends), default=8)
    figure.update_xaxes(title=tr("update"), range=[0, min(config.updates, last)], row=1, col=3)
    axis = decades(every, least=max(LEAST, config.goal / 100))
    figure.update_yaxes(title=tr("excess loss, in ½ variance of y"), **axis, row=1, col=3)
    margin = {"l": 8, "r": 8, "t": 84, "b": 8}
    legend = {"orientation": "h", "y": 1.11, "yanchor": "bottom", "x": 0}
    figure.update_layout(uirevision="valley", height=height, margin=margin, legend=legend,
                         hovermode="closest")  # fmt: skip
    narrow(figure, below((240, 280, 260), 90, 220) | {"legend": {"y": 1.05}})
    return figure


def _inputs(figure: go.Figure, now: Descent) -> None:
    """The examples as the weights see them, and where the origin is."""
    x, y = now.x.T
    marker = {"size": 6, "color": palette.colour(0), "opacity": 0.7}
    hover = "x₁ %{x:.2f}<br>x₂ %{y:.2f}<extra></extra>"
    figure.add_scatter(x=x, y=y, mode="markers", marker=marker, showlegend=False,
                       hovertemplate=hover, row=1, col=1)  # fmt: skip
    cross = {"symbol": "cross-thin", "size": 16, "line": {"width": 3, "color": palette.colour(5)}}
    figure.add_scatter(x=[0], y=[0], mode="markers", marker=cross, name=tr("origin"),
                       hoverinfo="skip", row=1, col=1)  # fmt: skip
    for axes, values, name in ((figure.update_xaxes, x, "x₁"), (figure.update_yaxes, y, "x₂")):
        axes(title=name, range=span(np.append(values, 0.0)), row=1, col=1)


def span(values: Floats, share: float = 0.12) -> list[float]:
    """From the least to the largest, and a little further."""
    low, high = float(values.min()), float(values.max())
    more = share * max(high - low, 1e-9)
    return [low - more, high + more]


def _path(figure: go.Figure, now: Descent) -> None:
    """Contours of the excess at equal factors, each path's first steps, and the least loss."""
    path = now.path[: STEPS + 1]
    path = path[np.isfinite(path).all(1)]
    reach = 4 * np.abs(now.best).max() + 0.1  # of what diverges the beginning is shown
    near = path[(np.abs(path) <= reach).all(1)]
    places = np.vstack([near, now.best])
    across, up = (span(places[:, i], 0.35) for i in (0, 1))
    a, b = (np.linspace(low, high, GRID) for low, high in (across, up))
    off = np.stack(np.meshgrid(a, b), axis=-1) - now.best
    excess = ((off @ now.hessian) * off).sum(-1) / 2
    z = np.log10(np.maximum(excess, 1e-9))
    top = float(z.max())
    lines = {"start": top - 3.25, "end": top, "size": 0.5, "coloring": "lines"}
    grey = palette.colour(7)
    figure.add_contour(x=a, y=b, z=z, contours=lines, colorscale=[[0, grey], [1, grey]],
                       showscale=False, line={"width": 1}, hoverinfo="skip", opacity=0.6,
                       row=1, col=2)  # fmt: skip
    line = {"color": palette.colour(5), "width": 1.5}
    hover = tr("update %{customdata}") + "<br>w₁ %{x:.3f}<br>w₂ %{y:.3f}<extra></extra>"
    figure.add_scatter(x=path[:, 0], y=path[:, 1], mode="lines+markers", line=line,
                       name=tr("steps"), marker={"size": 5}, customdata=np.arange(len(path)),
                       hovertemplate=hover, row=1, col=2)  # fmt: skip
    star = {"symbol": "star", "size": 15, "color": palette.colour(1),
            "line": {"width": 1, "color": palette.TEXT}}  # fmt: skip
    hover = "w₁ %{x:.3f}<br>w₂ %{y:.3f}<extra></extra>"
    figure.add_scatter(x=now.best[:1], y=now.best[1:], mode="markers", marker=star,
                       name=tr("least loss"), hovertemplate=hover, row=1, col=2)  # fmt: skip
    figure.update_xaxes(title="w₁", range=across, row=1, col=2)
    figure.update_yaxes(title="w₂", range=up, row=1, col=2)
