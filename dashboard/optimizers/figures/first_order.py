"""The best steps of one length in three norms, and how long the tangent plane is true."""

import numpy as np
import plotly.graph_objects as go
from plotly.colors import get_colorscale

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.narrow import narrow
from dashboard.language import say, tr
from dashboard.optimizers.figures.ground import levels
from engine.topics.optimizers.walks.first_order import (
    LENGTHS,
    NORMS,
    FirstOrder,
    Looked,
    Norm,
    around,
    boundary,
    profile,
)
from engine.topics.optimizers.walks.picture import Picture

LEAST = 1e-13  # of a remainder: below is rounding
CORNERS = 241  # places of a ball's outline


def label(norm: Norm) -> str:
    return {"l2": "L2", "l1": "L1", "linf": "L∞"}[norm]


def line_of(norm: Norm) -> dict[str, object]:
    index = NORMS.index(norm)
    return {"color": palette.colour((1, 2, 3)[index]), "dash": palette.dash(index)}


def plan(config: FirstOrder, scene: Picture, height: int = 380) -> go.Figure:
    """The whole surface from above, with the point."""
    values, bottom, top = levels(scene)
    figure = palette.base("first_order_map", height)
    figure.add_heatmap(
        x=scene.x1, y=scene.x2, z=values, customdata=scene.height, zmin=bottom, zmax=top,
        colorscale=get_colorscale(palette.UNSIGNED), showscale=False, zsmooth="best",
        hovertemplate="x₁ = %{x:.3g}, x₂ = %{y:.3g}<br>"
        + tr("loss %{customdata:.4g}<br>click: look here") + "<extra></extra>",
    )  # fmt: skip
    figure.add_contour(
        x=scene.x1, y=scene.x2, z=values, showscale=False, hoverinfo="skip", showlegend=False,
        contours={"coloring": "none"}, ncontours=12,
        line={"color": "rgba(255,255,255,0.35)", "width": 0.8},
    )  # fmt: skip
    x, y = config.at
    mark = {"symbol": "circle", "size": 13, "color": palette.WHITE,
            "line": {"color": palette.BLACK, "width": 2}}  # fmt: skip
    figure.add_scatter(x=[x], y=[y], mode="markers", marker=mark, name=tr("the point"),
                       hoverinfo="skip")  # fmt: skip
    figure.update_xaxes(title="x₁", range=[scene.x1[0], scene.x1[-1]])
    figure.update_yaxes(title="x₂", range=[scene.x2[0], scene.x2[-1]])
    return figure


def balls(config: FirstOrder, found: Looked, height: int = 380) -> go.Figure:
    """All steps of one length about the point, with the best of each norm; colour is what f does.

    The dashed straight line is where the tangent plane promises what the chosen step promises: it
    touches the ball there.
    """
    half = 1.75 * config.length
    one, two, change = around(config, half)
    figure = palette.base("first_order_balls", height)
    known = np.abs(change[np.isfinite(change)])
    reach = float(np.quantile(known, 0.9)) if known.any() else 1.0
    figure.add_heatmap(
        x=one, y=two, z=change, zmin=-reach, zmax=reach, colorscale=palette.SIGNED,
        zsmooth="best",
        colorbar={"title": {"text": tr("f(x + d) − f(x)"), "side": "right"}, "thickness": 10},
        hovertemplate="x₁ = %{x:.3g}, x₂ = %{y:.3g}<br>%{z:+.3g}<extra></extra>",
    )  # fmt: skip
    centre = found.point
    for norm in NORMS:
        line = line_of(norm) | {"width": 4 if norm == config.norm else 2}
        outline = centre + config.length * boundary(norm, CORNERS)
        closed = np.concatenate([outline, outline[:1]])
        figure.add_scatter(x=closed[:, 0], y=closed[:, 1], mode="lines", line=line,
                           name=label(norm), legendgroup=norm, hoverinfo="skip")  # fmt: skip
        if norm not in found.best:
            continue
        end = centre + found.best[norm].step
        figure.add_scatter(
            x=[centre[0], end[0]], y=[centre[1], end[1]], mode="lines+markers",
            line={"color": line["color"], "width": line["width"]}, legendgroup=norm,
            marker={"symbol": ["circle", "diamond"], "size": [1, 11], "color": line["color"],
                    "line": {"color": palette.BLACK, "width": 1}},
            showlegend=False,
            hovertemplate=f"{label(norm)}: (%{{x:.3g}}, %{{y:.3g}})<extra></extra>",
        )  # fmt: skip
    if found.best:
        best = found.best[config.norm]
        across = np.array([-found.gradient[1], found.gradient[0]])
        across = across / np.hypot(*across) * 4 * half
        x, y = np.stack([centre + best.step - across, centre + best.step + across], -1)
        line = {"color": palette.GREY, "dash": "dash", "width": 2}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip",
                           name=tr("promised alike"))  # fmt: skip
    x, y = centre
    figure.update_xaxes(title="x₁", range=[x - half, x + half], constrain="domain")
    figure.update_yaxes(title="x₂", range=[y - half, y + half], scaleanchor="x", constrain="domain")
    narrow(figure, {}, {0: {"showscale": False}})
    return figure


def along(config: FirstOrder, found: Looked, height: int = 340) -> go.Figure:
    """What the surface does along the chosen step, and what the tangent plane promises."""
    best = found.best[config.norm]
    ends = [config.length * 1.6] + [1.15 * best.rises] * bool(best.rises < 8 * config.length)
    t, change, model = profile(config, config.norm, max(ends))
    figure = palette.base("first_order_along", height)
    bend = change.max() - change.min() or 1.0
    shown = np.where(model > change.min() - 1.5 * bend, model, np.nan)
    hover = tr("length {t}: {change}").replace("{t}", "%{x:.3g}").replace("{change}", "%{y:+.4g}")
    for values, name, line in (
        (change, tr("the surface"), line_of(config.norm) | {"dash": "solid", "width": 3}),
        (shown, tr("the tangent plane"), {"color": palette.TEXT, "dash": "dash", "width": 2}),
    ):
        figure.add_scatter(x=t, y=values, mode="lines", name=name, line=line,
                           hovertemplate=f"{name}<br>{hover}<extra></extra>")  # fmt: skip
    figure.add_hline(y=0, line={"color": palette.GREY, "width": 1})
    figure.add_vline(x=config.length, line={"color": palette.GREY, "dash": "dot", "width": 1.5})
    if best.rises <= t[-1]:
        mark = {"symbol": "x", "size": 12, "color": palette.colour(5)}
        figure.add_scatter(x=[best.rises], y=[0], mode="markers", marker=mark, hoverinfo="skip",
                           name=tr("as high as before"))  # fmt: skip
    title = tr("length of the step, {norm}").format(norm=label(config.norm))
    figure.update_xaxes(title=title)
    figure.update_yaxes(title=tr("change of f"))
    return figure


def remainders(config: FirstOrder, found: Looked, height: int = 340) -> go.Figure:
    """How far the tangent plane is off, over the length: a straight line of slope 2."""
    figure = palette.base("first_order_remainder", height)
    drawn = []
    for norm in NORMS:
        size = np.abs(found.best[norm].remainder)
        good = np.isfinite(size) & (size > LEAST)
        drawn.append(size[good])
        line = line_of(norm) | {"width": 3.5 if norm == config.norm else 2}
        hover = tr("length {t}: off by {size}").replace("{t}", "%{x:.2g}")
        figure.add_scatter(
            x=LENGTHS[good], y=size[good], mode="lines", name=label(norm), line=line,
            hovertemplate=f"{label(norm)}<br>{hover.replace('{size}', '%{y:.2g}')}<extra></extra>",
        )  # fmt: skip
    best = found.best[config.norm]
    square = LENGTHS**2 * abs(best.curvature) / 2
    kept = square > LEAST
    if kept.any():
        line = {"color": palette.TEXT, "dash": "dot", "width": 1.5}
        figure.add_scatter(x=LENGTHS[kept], y=square[kept], mode="lines", line=line,
                           name=say("optimizers.why_half"), hoverinfo="skip")  # fmt: skip
    figure.add_vline(x=config.length, line={"color": palette.GREY, "dash": "dot", "width": 1.5})
    figure.update_xaxes(title=tr("length of the step"), **decades(LENGTHS))
    every = np.concatenate([*drawn, square[kept]])
    figure.update_yaxes(title=tr("|f(x + d) − f(x) − g·d|"), **decades(every))
    return figure
