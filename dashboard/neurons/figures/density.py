"""Four boundaries on one plane with the density behind one of them; accuracy over the points."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.decades import ticks_at
from dashboard.figures.narrow import narrow
from dashboard.language import say, tr
from dashboard.neurons.figures.kinds import COLOURS, SYMBOLS
from engine.statistics import interval
from engine.topics.neurons.crossover import SIZES, Crossover
from engine.topics.neurons.density import GRID, METHODS, Classified, DensityConfig
from engine.topics.neurons.points import REACH, Floats

SHADES = (1, 2, 3, 4)  # of the methods, off the colours of the classes
TURN = np.linspace(0, 2 * np.pi, 73)


def label(id: str) -> str:
    return say(f"neurons.method_{id}")


def line_of(id: str) -> dict[str, Any]:
    index = METHODS.index(id)
    return {"color": palette.colour(SHADES[index]), "dash": palette.dash(index)}


def plane(config: DensityConfig, found: Classified, height: int = 520) -> go.Figure:
    """The points; whose probability is shaded; where each is undecided; what was made up."""
    figure = palette.base("plane", height)
    at = np.linspace(-REACH, REACH, GRID)
    scale = [
        [0, palette.faded(COLOURS[0], 0.45)],
        [0.5, palette.faded(7, 0.04)],
        [1, palette.faded(COLOURS[1], 0.45)],
    ]
    if config.method in found.maps:
        bar = {"title": {"text": tr("probability of class 1"), "side": "right"}, "thickness": 12}
        figure.add_heatmap(
            x=at,
            y=at,
            z=found.maps[config.method],
            zmin=0,
            zmax=1,
            colorscale=scale,
            colorbar=bar,
            zsmooth="best",
            hovertemplate="P(1) %{z:.3f}<extra></extra>",
        )
    for id, values in found.maps.items():
        width = 5 if id == config.method else 2.5
        line = line_of(id) | {"width": width}
        half = {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"}
        figure.add_contour(x=at, y=at, z=values, contours=half, line=line, showscale=False,
                           showlegend=False, hoverinfo="skip")  # fmt: skip
        figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name=label(id))
    density = found.densities.get(config.method)
    for kind, name in enumerate((tr("class 0"), tr("class 1"))):
        colour = palette.colour(COLOURS[kind])
        if density is not None:
            for times in (1, 2):
                x, y = ellipse(density.means[kind], density.covariances[kind], times)
                line = {"color": colour, "width": 1.5}
                figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip",
                                   showlegend=kind == 0 and times == 1,
                                   name=tr("density at 1 and 2 deviations"))  # fmt: skip
        if found.sampled is not None:
            x, y = found.sampled[0][found.sampled[1] == kind].T
            mark = {"symbol": f"{SYMBOLS[kind]}-open", "size": 6, "color": colour, "opacity": 0.7}
            figure.add_scatter(x=x, y=y, mode="markers", marker=mark, hoverinfo="skip",
                               name=tr("made up, {name}").format(name=name))  # fmt: skip
        x, y = found.x[found.y == kind].T
        mark = {"symbol": SYMBOLS[kind], "size": 10, "color": colour,
                "line": {"width": 1, "color": palette.EDGE}}  # fmt: skip
        hover = "x₁ %{x:.2f}<br>x₂ %{y:.2f}<extra></extra>"
        figure.add_scatter(x=x, y=y, mode="markers", marker=mark, name=name, hovertemplate=hover)
    span = [-REACH, REACH]
    figure.update_xaxes(title="x₁", range=span, constrain="domain")
    figure.update_yaxes(title="x₂", range=span, scaleanchor="x", constrain="domain")
    shaded = {0: {"showscale": False}} if config.method in found.maps else None
    narrow(figure, {"height": 520}, shaded)
    return figure


def ellipse(mean: Floats, covariance: Floats, times: float) -> tuple[Floats, Floats]:
    """Where a normal density is `times` deviations from its mean."""
    root = np.linalg.cholesky(covariance)
    x, y = mean[:, None] + times * root @ np.stack([np.cos(TURN), np.sin(TURN)])
    return x, y


def over_points(config: DensityConfig, found: Crossover, height: int = 360) -> go.Figure:
    """Accuracy on new points over the training points, with the band of the mean."""
    figure = palette.base("over_points", height)
    sizes = np.array(SIZES)
    for row, id in enumerate(METHODS):
        both = np.array([interval(values) for values in found.accuracy[row]])  # mean, half width
        line = line_of(id) | {"width": 2.5}
        can = np.isfinite(both[:, 0])
        x, (mean, half) = sizes[can], both[can].T
        band = palette.faded(SHADES[row], 0.18)
        figure.add_scatter(x=np.append(x, x[::-1]), y=np.append(mean + half, (mean - half)[::-1]),
                           fill="toself", fillcolor=band, mode="none", showlegend=False,
                           legendgroup=id, hoverinfo="skip")  # fmt: skip
        hover = f"{label(id)}<br>{tr('{n} points of each class: {share}')}<extra></extra>"
        hover = hover.replace("{n}", "%{x}").replace("{share}", "%{y:.1%}")
        figure.add_scatter(x=x, y=mean, name=label(id), mode="lines+markers", line=line,
                           legendgroup=id, marker={"symbol": palette.marker(row), "size": 8},
                           hovertemplate=hover)  # fmt: skip
    if np.isfinite(found.best):
        line = {"color": palette.TEXT, "dash": "dot", "width": 1.5}
        figure.add_scatter(x=[SIZES[0], SIZES[-1]], y=[found.best] * 2, mode="lines", line=line,
                           name=tr("who knows both densities"), hoverinfo="skip")  # fmt: skip
    mark = {"color": palette.colour(7), "dash": "dot", "width": 1.5}
    figure.add_vline(x=int(config.size), line=mark)
    figure.update_xaxes(title=tr("training points of each class, N"), **ticks_at(SIZES))
    figure.update_yaxes(title=tr("accuracy on new points"), tickformat=".0%")
    narrow(figure, {"height": height + 90})
    return figure
