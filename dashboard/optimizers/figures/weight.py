"""What does gradient descent do to one weight? Parabola, tangent, arrow and the stable rates."""

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import palette
from dashboard.figures.film import Film, Trace, base, packed, stops, trace, transport, whole
from dashboard.language import say, tr
from engine.topics.optimizers.walks.one_weight import Descent, Floats, OneWeight

WIDE = 20.0  # distances farther than this times the first are off the picture


def parabola(config: OneWeight, found: Descent, height: int = 448) -> Film:
    """The loss over the weight with the walk on it, step by step.

    Each frame draws the walk so far, the tangent where it stands and the arrow of its next step.
    It opens where it begins: there the tangent and the arrow are longest.
    """
    shown = in_picture(config, found)
    weights, losses = found.weight[:shown], found.loss[:shown]
    best = centre(found)
    half = 1.15 * max(np.abs(weights - best).max(), reach(config, found))
    ends = best - half, best + half
    if config.loss:  # a valley that is typed need not be alike on both sides
        lowest, highest = min(weights.min(), best), max(weights.max(), best)
        half = 0.5 * max(highest - lowest, 1.0)
        ends = lowest - 0.4 * half, highest + 0.4 * half
    grid = np.linspace(*ends, 401 if config.loss else 201)
    curve = config.at(grid)
    data = [
        trace(
            x=grid,
            y=curve,
            name=tr("loss L(w)"),
            mode="lines",
            line={"color": palette.GREY, "width": 2},
            hovertemplate=tr("w = %{x:.3f}<br>loss %{y:.4g}") + "<extra></extra>",
        )
    ]
    names = stops(shown - 1)
    frames = [_moment(found, int(step), shown, half) for step in names]
    styles = (
        (tr("steps"), "lines+markers", {"color": palette.colour(0), "width": 1.5}, 8),
        (tr("tangent"), "lines", {"color": palette.colour(1), "width": 3, "dash": "dash"}, 0),
        (tr("next step"), "lines+markers", {"color": palette.colour(5), "width": 3}, 0),
        (tr("here"), "markers", None, 13),
    )
    for (name, mode, line, size), (x, y) in zip(styles, frames[0], strict=True):
        marker: dict[str, object] = {"size": size, "color": palette.colour(0)}
        if name == tr("next step"):
            marker = {
                "symbol": "arrow",
                "angleref": "previous",
                "size": [0, 16],
                "color": palette.colour(5),
            }
        spec: Trace = {"name": name, "mode": mode, "line": line or {}, "marker": marker}
        hover = tr("w = %{x:.4f}<br>loss %{y:.4g}") + "<extra></extra>"
        data.append(trace(x=x, y=y, hovertemplate=hover, **spec))
    bottom, top = _heights(config, found, losses, curve)
    layout = base("weight", height) | {
        "margin": {"l": 56, "r": 12, "t": 56, "b": 56, "autoexpand": False},
        "meta": transport([f"{tr('step')} {step}" for step in names], pace=whole(len(names)), at=0),
        "xaxis": {"title": {"text": tr("weight w")}, "range": list(ends)},
        "yaxis": {
            "title": {"text": tr("loss L(w)") if config.loss else tr("loss (ŷ − y)²")},
            "range": [bottom, top],
        },
    }
    moving = [
        {
            "name": str(step),
            "data": [{"x": packed(np.array(x)), "y": packed(np.array(y))} for x, y in moment],
            "traces": [1, 2, 3, 4],
        }
        for step, moment in zip(names, frames, strict=True)
    ]
    return Film(data, moving, layout)


def in_picture(config: OneWeight, found: Descent) -> int:
    """How many weights are drawn: those before a jump too far, and the first jump in any case."""
    inside = np.abs(found.weight - centre(found)) <= WIDE * reach(config, found)
    near = int(np.argmin(inside)) if not inside.all() else len(inside)
    first = 2 if np.isfinite(found.weight[:2]).all() and np.isfinite(found.loss[:2]).all() else 1
    return max(near, min(first, len(inside)))


def _heights(
    config: OneWeight, found: Descent, losses: Floats, curve: Floats
) -> tuple[float, float]:
    """Lowest and highest loss of the picture."""
    if not config.loss:
        top = float(1.08 * max(losses.max(), (reach(config, found) * config.x) ** 2, 1e-9))
        return -0.06 * top, top
    known = curve[np.isfinite(curve)]
    if not len(known):
        return -1.0, 1.0
    low, high = float(known.min()), float(max(np.quantile(known, 0.9), np.nanmax(losses)))
    gap = max(high - low, 1e-9)
    return low - 0.06 * gap, high + 0.08 * gap


def centre(found: Descent) -> float:
    return float(found.best) if np.isfinite(found.best) else float(found.weight[0])


def reach(config: OneWeight, found: Descent) -> float:
    """Distance of the first weight to the best one, at least a little."""
    return max(abs(config.w - centre(found)), 0.5)


def _moment(
    found: Descent, step: int, shown: int, half: float
) -> list[tuple[list[float], list[float]]]:
    """Walk so far, tangent, arrow of the next step, and the point, at one step."""
    w, loss, slope = (float(v[step]) for v in (found.weight, found.loss, found.gradient))
    arm = 0.22 * half
    arrow = [w, float(found.weight[step + 1])] if step + 1 < shown else []
    return [
        (found.weight[: step + 1].tolist(), found.loss[: step + 1].tolist()),
        ([w - arm, w + arm], [loss - slope * arm, loss + slope * arm]),
        (arrow, [loss] * len(arrow)),
        ([w], [loss]),
    ]


def stability(config: OneWeight, found: Descent, height: int = 520) -> go.Figure:
    """What each step multiplies the distance to the best weight by, against the learning rate."""
    figure = palette.base("stability", height)
    limit = found.limit if np.isfinite(found.limit) else 1.0
    right = max(2 * limit, 1.15 * config.learning_rate)
    rates = np.linspace(0, right, 121)
    figure.add_hrect(y0=-1, y1=1, fillcolor=palette.faded(2, 0.15), line_width=0)
    figure.add_scatter(
        x=rates,
        y=1 - rates * found.curvature,
        name="1 − ηλ",
        mode="lines",
        line={"color": palette.colour(0), "width": 2},
        hovertemplate=tr("η = %{x:.4g}<br>factor %{y:.3f}") + "<extra></extra>",
    )
    figure.add_scatter(
        x=[config.learning_rate],
        y=[found.factor],
        name=tr("this learning rate"),
        mode="markers",
        marker={"size": 14, "color": palette.colour(5), "symbol": "diamond"},
        hovertemplate=tr("η = %{x:.4g}<br>factor %{y:.3f}") + "<extra></extra>",
    )
    if np.isfinite(found.limit):
        figure.add_vline(
            x=found.limit,
            line={"color": palette.colour(5), "dash": "dash", "width": 2},
            annotation_text=say("optimizers.limit", limit=f"{found.limit:.4g}"),
        )
        figure.add_vline(
            x=found.limit / 2,
            line={"color": palette.FAINT, "dash": "dot", "width": 2},
            annotation_text=tr("one step"),
            annotation_position="bottom right",
        )
    figure.update_xaxes(title=tr("learning rate η"), range=[0, right])
    figure.update_yaxes(title=tr("factor of the distance, per step"))
    return figure
