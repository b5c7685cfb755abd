"""Losses over one margin, and the lines that they learn on the same points from one start."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures import palette
from dashboard.figures.film import Film, Trace, base, packed, stops, trace, transport, whole
from dashboard.figures.narrow import below, different, folded, narrow, stacked
from dashboard.language import say, tr
from dashboard.neurons.figures.kinds import COLOURS, SYMBOLS
from dashboard.neurons.figures.perceptron import boundary
from engine.topics.neurons.losses import LOSSES, LossesConfig, Race
from engine.topics.neurons.losses_seeds import Seeds
from engine.topics.neurons.points import REACH, Floats

PLACES = {id: i for i, id in enumerate(("logistic", "hinge", "squared", "exponential", "perceptron",
                                        "zero_one"))}  # fmt: skip
"""Which colour and dash a loss has."""
SPAN = 3.0  # margins, each way
HIGH = 5.0  # of the curves
SMALL, LARGE = 7.0, 26.0  # sizes of points, pixels


def label(id: str) -> str:
    return say(f"neurons.loss_{id}")


def line_of(id: str) -> dict[str, Any]:
    index = PLACES[id]
    colour = palette.TEXT if id == "zero_one" else palette.colour((0, 1, 2, 3, 4)[index])
    return {"color": colour, "dash": palette.dash(index), "width": 2.5}


def curves(config: LossesConfig, found: Race, height: int = 330) -> go.Figure:
    """Loss and slope over the margin; the points at their margins on the curve of who pushes."""
    titles = (tr("loss of one point"), tr("slope: how hard it pushes"))
    figure = make_subplots(1, 2, horizontal_spacing=0.11, subplot_titles=titles)
    m = np.linspace(-SPAN, SPAN, 301)
    for id in config.shown:
        loss = LOSSES[id]
        look: dict[str, Any] = {"line": line_of(id), "legendgroup": id, "mode": "lines"}
        for column, values in enumerate((loss.value(m), loss.slope(m)), 1):
            hover = f"{label(id)}<br>{tr('margin %{x:.2f}: %{y:.3g}')}<extra></extra>"
            figure.add_scatter(
                x=m, y=values, name=label(id), showlegend=column == 1, hovertemplate=hover, **look,
                row=1, col=column,
            )  # fmt: skip
    loss = LOSSES[config.push]
    margins = margins_of(found, config.push)
    for column, values in enumerate((loss.value(margins), loss.slope(margins)), 1):
        figure.add_scatter(
            x=margins,
            y=values,
            mode="markers",
            name=tr("the points under {loss}").format(loss=label(config.push)),
            marker={"symbol": "circle-open", "size": 9, "color": palette.TEXT},
            hovertemplate=tr("margin %{x:.2f}: %{y:.3g}") + "<extra></extra>",
            showlegend=column == 1,
            row=1,
            col=column,
        )
    figure.update_xaxes(title=tr("margin m = t·z (right of 0: correct)"), range=[-SPAN, SPAN])
    figure.update_yaxes(title=tr("loss"), range=[-0.3, HIGH], row=1, col=1)
    figure.update_yaxes(title=tr("slope dL/dm"), range=[-HIGH, HIGH], row=1, col=2)
    layout = palette.base("losses", height).layout
    legend = {"orientation": "h", "y": 1.12, "yanchor": "bottom", "x": 0}
    margin = {"l": 8, "r": 8, "t": 84, "b": 8}
    figure.update_layout(uirevision="losses", height=height, margin=margin, legend=legend,
                         hovermode=layout.hovermode)  # fmt: skip
    narrow(figure, below((240, 240), 90, 190) | {"legend": {"y": 1.08}})
    return figure


def margins_of(found: Race, id: str) -> Floats:
    """(N,) of the points at the end of a loss's race."""
    w = found.weights[found.row(id), -1]
    margins: Floats = (2 * found.y - 1) * (w[0] + found.x @ w[1:])
    return margins


def film(config: LossesConfig, found: Race, height: int = 460) -> Film:
    """The lines of all losses as they learn; beside it how many points are on the wrong side."""
    names = stops(config.updates)
    moving = [_moment(config, found, int(step)) for step in names]
    data = [*_moving(config, moving[-1]), *_still(config, found)]
    places = list(range(2 * len(config.shown)))
    frames = [
        {"name": str(step), "data": [{"x": packed(x), "y": packed(y)} for x, y in one],
         "traces": places}
        for step, one in zip(names, moving, strict=True)
    ]  # fmt: skip
    said = transport([f"{tr('update')} {step}" for step in names], pace=whole(len(names)))
    (above, under), total = stacked((300, 220), 80)
    small = {
        "height": total + 190,
        "margin": {"t": 130},
        "xaxis": {"domain": [0, 1]},
        "yaxis": {"domain": list(above)},
        "xaxis2": {"domain": [0, 1]},
        "yaxis2": {"domain": list(under)},
    }
    span = [-REACH, REACH]
    layout = base("losses_film", height) | {
        "margin": {"l": 52, "r": 12, "t": 64, "b": 52, "autoexpand": False},
        "meta": different(small) | said,
        "xaxis": {"title": {"text": "x₁"}, "range": span, "domain": [0, 0.46],
                  "constrain": "domain"},
        "yaxis": {"title": {"text": "x₂"}, "range": span, "scaleanchor": "x",
                  "constrain": "domain"},
        "xaxis2": {"title": {"text": tr("update")}, "domain": [0.57, 1], "anchor": "y2"},
        "yaxis2": {"title": {"text": tr("points on the wrong side")}, "anchor": "x2",
                   "rangemode": "tozero"},
    }  # fmt: skip
    return Film(data, frames, layout)


def _moment(config: LossesConfig, found: Race, step: int) -> list[tuple[Floats, Floats]]:
    """Each shown loss's line, and its dot on the right, after so many updates."""
    lines, dots = [], []
    for id in config.shown:
        row = found.row(id)
        w = found.weights[row, step]
        lines.append(boundary(w) if np.isfinite(w).all() else (np.empty(0), np.empty(0)))
        dots.append((np.array([float(step)]), np.array([float(found.wrong[row, step])])))
    return [*lines, *dots]


def _moving(config: LossesConfig, moment: list[tuple[Floats, Floats]]) -> list[Trace]:
    looks: list[Trace] = [
        {"name": label(id), "legendgroup": id, "mode": "lines", "line": line_of(id)}
        for id in config.shown
    ]
    right: Trace = {"mode": "markers", "showlegend": False, "xaxis": "x2", "yaxis": "y2"}
    looks += [
        {**right, "legendgroup": id, "marker": {"size": 10, "color": line_of(id)["color"]}}
        for id in config.shown
    ]
    both = zip(looks, moment, strict=True)
    return [trace(x=x, y=y, hoverinfo="skip", **look) for look, (x, y) in both]


def _still(config: LossesConfig, found: Race) -> list[Trace]:
    """The points, as large as they still push, and the counts over all updates."""
    push = found.pushes[found.row(config.push)]
    push = np.where(np.isfinite(push), push, 0)
    size = SMALL + (LARGE - SMALL) * push / max(float(push.max()), 1e-12)
    data = []
    for kind, name in enumerate((tr("class 0"), tr("class 1"))):
        of = found.y == kind
        marker = {"symbol": SYMBOLS[kind], "size": size[of].tolist(), "opacity": 0.8,
                  "color": palette.colour(COLOURS[kind]), "line": {"width": 1, "color":
                  palette.EDGE}}  # fmt: skip
        hover = tr("pushes with %{customdata:.3g}") + "<extra></extra>"
        x, y = found.x[of].T
        data.append(trace(x=x, y=y, name=name, mode="markers", marker=marker, hovertemplate=hover,
                          customdata=push[of].tolist()))  # fmt: skip
    updates = np.arange(found.wrong.shape[1], dtype=float)
    for id in config.shown:
        counts = found.wrong[found.row(id)].astype(float)
        hover = f"{label(id)}<br>{tr('update %{x}: %{y} wrong')}<extra></extra>"
        data.append(trace(x=updates, y=counts, mode="lines", line=line_of(id), xaxis="x2",
                          yaxis="y2", showlegend=False, legendgroup=id, opacity=0.7,
                          hovertemplate=hover))  # fmt: skip
    return data


def seeds(found: Seeds, height: int = 300) -> go.Figure:
    """What each loss gets wrong of unseen points: every draw, their mean, and the best line."""
    figure = palette.base("losses_seeds", height)
    share = 100 * found.wrong
    for row, id in enumerate(found.ids):
        spread = np.linspace(-0.25, 0.25, share.shape[1])[np.argsort(np.argsort(share[row]))]
        hover = f"{label(id)}<br>{tr('draw %{customdata}: %{x:.1f} % wrong')}<extra></extra>"
        look = {"size": 8, "color": line_of(id)["color"], "opacity": 0.7}
        figure.add_scatter(
            x=share[row], y=row + spread, mode="markers", marker=look, showlegend=False,
            customdata=np.arange(1, share.shape[1] + 1), hovertemplate=hover,
        )  # fmt: skip
    means = np.nanmean(share, 1)
    figure.add_scatter(
        x=means,
        y=np.arange(len(means)),
        mode="markers",
        name=tr("mean of the draws"),
        marker={"symbol": "line-ns", "size": 26, "line": {"width": 3, "color": palette.TEXT}},
        hovertemplate=tr("mean %{x:.1f} %") + "<extra></extra>",
    )
    figure.add_vline(x=100 * found.least, line={"color": palette.GREY, "dash": "dash"})
    names = [label(id) for id in found.ids]
    ticks = {"tickvals": list(range(len(names))), "ticktext": names, "automargin": True}
    figure.update_yaxes(range=[len(names) - 0.4, -0.6], **ticks)
    title = tr("% of unseen points on the wrong side (dashed: the best line)")
    figure.update_xaxes(title=title, rangemode="tozero")
    narrow(figure, {"xaxis": {"title": folded(title)}, "margin": {"b": 72}})
    return figure
