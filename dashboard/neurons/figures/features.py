"""Accuracy over the training pictures; who is wrong where; a picture and its features."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.figures import palette
from dashboard.figures.decades import ticks_at
from dashboard.figures.narrow import narrow
from dashboard.language import say, tr
from engine.scenes.scene import SHAPES
from engine.statistics import interval
from engine.topics.neurons.hand_features import NAMES, SETS
from engine.topics.neurons.learners import LEARNERS
from engine.topics.neurons.pixels import SHOWN, VARIANTS, FeaturesView, Found

SHADES = (7, 1, 2, 3, 0)  # of the palette: rules, logistic regression, SVM, pixels, CNN
Floats = NDArray[np.float64]


def label(id: str) -> str:
    return say(f"neurons.learner_{id.partition(':')[0]}")


def over_pictures(view: FeaturesView, found: Found, height: int = 400) -> go.Figure:
    """Accuracy on new pictures over the training pictures, with the band of the mean."""
    figure = palette.base("features", height)
    sizes, variant = np.array(found.sizes), VARIANTS.index(view.variant)
    for index, id in enumerate(found.shown(view.given)):
        rows = found.right[LEARNERS.index(id), variant]  # (sizes, seeds)
        both = np.array([interval(values) for values in rows])
        can = np.isfinite(both[:, 0])
        x, (mean, half) = sizes[can], both[can].T
        if not len(x):
            continue
        band = palette.faded(SHADES[index], 0.18)
        ends = np.append(mean + half, (mean - half)[::-1])
        figure.add_scatter(x=np.append(x, x[::-1]), y=ends, fill="toself", fillcolor=band,
                           mode="none", showlegend=False, hoverinfo="skip")  # fmt: skip
        line = {"color": palette.colour(SHADES[index]), "dash": palette.dash(index), "width": 2.5}
        hover = tr("{n} training pictures: {share}")
        hover = hover.replace("{n}", "%{x:,}").replace("{share}", "%{y:.1%}")
        figure.add_scatter(x=x, y=mean, name=label(id), mode="lines+markers", line=line,
                           marker={"symbol": palette.marker(index), "size": 9},
                           hovertemplate=f"{label(id)}<br>{hover}<extra></extra>")  # fmt: skip
    guess = 1 / len(SHAPES)
    figure.add_scatter(x=[sizes[0], sizes[-1]], y=[guess, guess], mode="lines", hoverinfo="skip",
                       line={"color": palette.TEXT, "dash": "dot", "width": 1.5},
                       name=tr("guessing"))  # fmt: skip
    figure.add_vline(x=int(view.size), line={"color": palette.GREY, "dash": "dot", "width": 1.5})
    figure.update_xaxes(title=tr("training pictures"), **ticks_at(found.sizes))
    figure.update_yaxes(title=tr("accuracy on new pictures"), tickformat=".0%", range=[0, 1.03])
    narrow(figure, {"height": height + 90})
    return figure


def answers(view: FeaturesView, found: Found, y: NDArray[np.int64], height: int = 250) -> go.Figure:
    """Which of the first new pictures each gets wrong: a column a picture, a row a learner."""
    figure = palette.base("features_answers", height)
    ids = found.shown(view.given)[::-1]
    column = found.sizes.index(int(view.size))
    said = np.array(
        [found.said[LEARNERS.index(id), VARIANTS.index(view.variant), column, :SHOWN] for id in ids]
    )
    order = np.argsort(y[:SHOWN], kind="stable")
    wrong = (said != y[None, :SHOWN])[:, order]
    names = np.array([tr(shape) for shape in SHAPES])
    words = np.array([[f"{names[k]}" for k in row] for row in said[:, order]])
    figure.add_heatmap(
        z=wrong.astype(int),
        x=list(range(SHOWN)),
        y=[label(id) for id in ids],
        customdata=np.stack([np.broadcast_to(order, wrong.shape).astype(str), words], axis=-1),
        colorscale=[[0, palette.faded(7, 0.12)], [1, palette.colour(5)]],
        zmin=0,
        zmax=1,
        xgap=1,
        ygap=2,
        showscale=False,
        hovertemplate=tr("picture {number}: “{answer}”")
        .replace("{number}", "%{customdata[0]}")
        .replace("{answer}", "%{customdata[1]}")
        + "<extra>%{y}</extra>",
    )
    at = int(np.flatnonzero(order == view.picture)[0])
    figure.add_shape(type="rect", x0=at - 0.5, x1=at + 0.5, y0=-0.5, y1=len(ids) - 0.5,
                     line={"color": palette.TEXT, "width": 2})  # fmt: skip
    counts = np.bincount(y[:SHOWN], minlength=len(SHAPES))
    middles = np.cumsum(counts) - counts / 2 - 0.5
    figure.update_xaxes(
        tickvals=middles, ticktext=list(names), title=tr("new pictures, by class"), showgrid=False
    )
    figure.update_yaxes(showgrid=False, title=tr("classifier"))
    turned = {"xaxis": {"tickangle": 45}, "yaxis": {"title": {"text": ""}}}
    narrow(figure, {"height": height + 40, **turned})
    return figure


def picture(x: NDArray[np.float32], mask: NDArray[np.bool_] | None) -> go.Figure:
    """One picture, and around what the object is taken to be."""
    figure = palette.base("features_picture", 320)
    figure.add_image(z=(x.transpose(1, 2, 0) * 255).round().astype(np.uint8), hoverinfo="skip")
    if mask is not None:
        for colour, width in ((palette.BLACK, 4), (palette.WHITE, 2)):
            figure.add_contour(
                z=mask.astype(float), showscale=False, hoverinfo="skip", showlegend=False,
                contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
                line={"color": colour, "width": width, "smoothing": 0},
            )  # fmt: skip
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return figure


def bars(view: FeaturesView, values: Floats, every: Floats) -> go.Figure:
    """The features of one picture, in deviations from the mean of all that are shown.

    Args:
        values: (F,) of the picture.
        every: (N, F) of all.
    """
    count = SETS[view.given]
    spread = np.maximum(every.std(0), 1e-9)
    z = ((values - every.mean(0)) / spread)[:count]
    names = [tr(name) for name in NAMES[:count]]
    figure = palette.base("features_bars", 70 + 20 * count)
    figure.add_bar(
        x=z,
        y=names,
        orientation="h",
        text=[f"{value:.2f}" for value in values[:count]],
        textposition="outside",
        cliponaxis=False,
        marker={"color": [palette.colour(0) if one < 0 else palette.colour(5) for one in z]},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    reach = float(np.abs(z).max()) * 1.25 + 0.3
    title: dict[str, Any] = {"text": tr("deviations from the mean of the pictures")}
    figure.update_xaxes(title=title, range=[-reach, reach])
    figure.update_yaxes(autorange="reversed", title=tr("feature"), tickfont={"size": 11})
    narrow(figure, {"yaxis": {"title": {"text": ""}}})
    return figure
