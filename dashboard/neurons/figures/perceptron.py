"""What does each mistake do to the line, and how long can it go on? One film, two pictures."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.figures import palette
from dashboard.figures.decades import decades
from dashboard.figures.film import Film, Trace, base, packed, stops, trace, transport, whole
from dashboard.figures.narrow import different, stacked
from dashboard.language import tr
from dashboard.neurons.figures.kinds import COLOURS, SYMBOLS
from engine.topics.neurons.perceptron import Learnt, PerceptronConfig, features
from engine.topics.neurons.points import REACH, Floats

GRID = 41  # of the map of a hidden layer, each way
FINE = 161  # places of a curved boundary, each way
MAPS = 24  # frames at most where each holds a map
FIRST = 51  # mistakes that are shown, each by itself, where the rule never ends
LEFT, RIGHT = (0.0, 0.46), (0.57, 1.0)


def film(config: PerceptronConfig, found: Learnt, height: int = 460) -> Film:
    """The boundary after each mistake; beside it the length of w between its two limits.

    The left frame draws the boundary, w as an arrow off it and a ring about the point that pushed.
    On the right $\\gamma k\\le w_k\\cdot u\\le|w_k|\\le R\\sqrt k$ on logarithmic axes where a line
    exists: where both limits meet, at $k=(R/\\gamma)^2$, the walk must have ended.
    """
    hidden = config.features == "hidden"
    moments = frames_of(found, hidden)
    maps = _maps(config, found, moments) if hidden else [None] * len(moments)
    moving = [_moment(config, found, k) for k in moments]
    data = [*_ground(maps[-1]), *_moving(moving[-1]), *_still(found)]
    first = 1 if hidden else 0
    frames = []
    for k, one, shade in zip(moments, moving, maps, strict=True):
        parts: list[Trace] = [{"x": packed(x), "y": packed(y)} for x, y in one]
        if shade is not None:
            parts.insert(0, {"z": packed(shade)})
        places = list(range(first + len(one)))
        frames.append({"name": str(k), "data": parts, "traces": places})
    labels = [_label(found, k) for k in moments]
    said = transport(labels, pace=max(350.0, whole(len(labels))), redraw=hidden)
    layout = base("perceptron", height) | {
        "margin": {"l": 52, "r": 12, "t": 64, "b": 52, "autoexpand": False},
        "meta": different(_stacked()) | said,
    }
    return Film(data, frames, layout | _axes(found))


def frames_of(found: Learnt, hidden: bool = False) -> list[int]:
    """How many mistakes have been made in each frame: all of them where they are few."""
    count = len(found.walk.pushed)
    shown = stops(count) if found.margin.exists else np.arange(min(count, FIRST) + 1)
    if hidden and len(shown) > MAPS:
        shown = shown[np.unique(np.linspace(0, len(shown) - 1, MAPS).round().astype(int))]
    return [int(k) for k in shown]


def _label(found: Learnt, k: int) -> str:
    w = found.walk.weights[k]
    count = len(found.walk.pushed)
    if len(w) > 4:
        return tr("mistake {k} of {count}").format(k=k, count=count)
    rest = ", ".join(f"{value:.2f}" for value in w[1:])
    said = tr("mistake {k} of {count}: w = ({w}), b = {b}")
    return said.format(k=k, count=count, w=rest, b=f"{w[0]:g}")


def boundary(w: Floats) -> tuple[Floats, Floats]:
    """Where $b+w_1x+w_2y+w_3xy=0$ lies inside the picture; NaN between its pieces.

    Once as y over x and once as x over y, so that neither a steep nor a flat piece has gaps.
    """
    b, one, two, three = (*w, 0.0)[:4]
    along = np.linspace(-REACH, REACH, FINE)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = -(b + one * along) / (two + three * along)
        x = -(b + two * along) / (one + three * along)
        flat = np.abs(np.gradient(y, along)) <= 1.5
        steep = np.abs(np.gradient(x, along)) <= 1.5
    inside = flat & (np.abs(y) <= REACH), steep & (np.abs(x) <= REACH)
    gap = np.array([np.nan])
    across = np.concatenate([np.where(inside[0], along, np.nan), gap, x * _or_nan(inside[1])])
    up = np.concatenate([np.where(inside[0], y, np.nan), gap, along * _or_nan(inside[1])])
    return across, up


def _or_nan(kept: Any) -> Floats:
    found: Floats = np.where(kept, 1.0, np.nan)
    return found


Place = tuple[Floats, Floats]


def _moment(config: PerceptronConfig, found: Learnt, k: int) -> list[Place]:
    """Boundary, arrow of w, the point that pushed, and both dots on the right, at one mistake."""
    nothing = np.empty(0)
    w = found.walk.weights[k]
    plane = config.features != "hidden"
    line = boundary(w) if plane and k else (nothing, nothing)
    arrow: Place = (nothing, nothing)
    if config.features == "plain" and k and (length := np.hypot(*w[1:])) > 0:
        foot = -w[0] * w[1:] / length**2
        tip = foot + 0.55 * w[1:] / length
        arrow = np.array([foot[0], tip[0]]), np.array([foot[1], tip[1]])
    pushed: Place = (nothing, nothing)
    if k:
        point = found.x[found.walk.pushed[k - 1]]
        pushed = point[:1], point[1:]
    here = np.array([float(k)]) if k else nothing
    lengths = np.array([np.linalg.norm(w)]) if k else nothing
    shares = np.array([w @ found.margin.direction]) if k and found.margin.exists else nothing
    return [line, arrow, pushed, (here, lengths), (here, shares)]


def _moving(moment: Sequence[Place]) -> list[Trace]:
    ring = {"symbol": "circle-open", "size": 24, "color": palette.TEXT, "line": {"width": 3}}
    arrow = {"symbol": "arrow", "angleref": "previous", "size": [0, 16], "color": palette.colour(3)}
    dot = {"size": 13, "color": palette.colour(3)}
    diamond = {"size": 12, "symbol": "diamond", "color": palette.colour(2)}
    looks: list[Trace] = [
        {"name": tr("boundary"), "mode": "lines", "line": {"color": palette.TEXT, "width": 3}},
        {
            "name": tr("w, across it"),
            "mode": "lines+markers",
            "line": {"color": palette.colour(3), "width": 4},
            "marker": arrow,
        },
        {"name": tr("the point that pushed last"), "mode": "markers", "marker": ring},
        {"mode": "markers", "marker": dot, "showlegend": False, "xaxis": "x2", "yaxis": "y2"},
        {"mode": "markers", "marker": diamond, "showlegend": False, "xaxis": "x2", "yaxis": "y2"},
    ]
    both = zip(looks, moment, strict=True)
    return [trace(x=x, y=y, hoverinfo="skip", **look) for look, (x, y) in both]


def _ground(shade: Floats | None) -> list[Trace]:
    """The map of a hidden layer's answers, below everything."""
    if shade is None:
        return []
    at = np.linspace(-REACH, REACH, GRID)
    scale = [[0, palette.faded(COLOURS[0], 0.3)], [1, palette.faded(COLOURS[1], 0.3)]]
    more: Trace = {"zmin": 0, "zmax": 1, "colorscale": scale, "showscale": False}
    return [trace("heatmap", x=at, y=at, z=shade, hoverinfo="skip", **more)]


def _maps(config: PerceptronConfig, found: Learnt, moments: Sequence[int]) -> list[Floats]:
    """(GRID, GRID) answers, 0 or 1, after each of those mistakes."""
    at = np.linspace(-REACH, REACH, GRID)
    every = np.stack(np.meshgrid(at, at), -1).reshape(-1, 2)
    inputs = features(config, every)
    answers = inputs @ found.walk.weights[list(moments)].T > 0
    return list(answers.T.reshape(-1, GRID, GRID).astype(np.float64))


def _still(found: Learnt) -> list[Trace]:
    """The points, the proof that there is no line, and the whole of the right side."""
    data = []
    for kind, name in enumerate((tr("class 0"), tr("class 1"))):
        of = found.y == kind
        marker = {"symbol": SYMBOLS[kind], "size": 12, "color": palette.colour(COLOURS[kind])}
        x, y = found.x[of].T
        data.append(trace(x=x, y=y, name=name, mode="markers", marker=marker, **_hover("x₁", "x₂")))
    if found.common is not None:
        data += _proof(found)
    k = np.arange(1.0, len(found.walk.weights))
    right: Trace = {"xaxis": "x2", "yaxis": "y2", "mode": "lines"}
    ends = np.geomspace(1, 1.6 * found.bound, 60) if found.margin.exists else k
    lines: list[tuple[str, Floats, Floats, int, str]] = [
        (tr("at most R√k"), ends, found.radius * np.sqrt(ends), 5, "dash")
    ]
    lengths = np.linalg.norm(found.walk.weights[1:], axis=1)
    lines.append((tr("length of w"), k, lengths, 3, "solid"))
    if found.margin.exists:
        shares = found.walk.weights[1:] @ found.margin.direction
        lines.append((tr("w along the best line’s normal"), k, shares, 2, "longdash"))
        lines.append((tr("at least γk"), ends, found.margin.gamma * ends, 0, "dot"))
    for name, x, y, colour, dash in lines:
        line = {"color": palette.colour(colour), "dash": dash, "width": 2.5}
        data.append(trace(x=x, y=y, name=name, line=line, **right, **_hover("k", "|w|")))
    if found.margin.exists:
        data.append(
            trace(
                x=[found.bound],
                y=[found.radius * np.sqrt(found.bound)],
                name=tr("Novikoff’s bound"),
                xaxis="x2",
                yaxis="y2",
                mode="markers",
                marker={"symbol": "star", "size": 16, "color": palette.colour(1)},
                hovertemplate=tr("no more than %{x:.1f} mistakes") + "<extra></extra>",
            )
        )
    return data


def _proof(found: Learnt) -> list[Trace]:
    """The point that lies between points of both classes, with threads to those."""
    assert found.common is not None
    held = found.margin.weights > 1e-9
    x, y = np.vstack([np.array([at, found.common, [np.nan, np.nan]]) for at in found.x[held]]).T
    line = {"color": palette.colour(7), "width": 1.5, "dash": "dot"}
    threads = trace(x=x, y=y, mode="lines", line=line, showlegend=False, hoverinfo="skip")
    marker = {"symbol": "star", "size": 17, "color": palette.colour(1)}
    name = tr("a mean of both classes")
    at, up = found.common[:1], found.common[1:]
    star = trace(x=at, y=up, name=name, mode="markers", marker=marker, **_hover("x₁", "x₂"))
    return [threads, star]


def _hover(x: str, y: str) -> Trace:
    return {"hovertemplate": f"{x} %{{x:.3g}}<br>{y} %{{y:.3g}}<extra></extra>"}


def _axes(found: Learnt) -> dict[str, Any]:
    span = [-REACH, REACH]
    title: dict[str, Any] = {"title": {"text": tr("mistakes so far, k")}}
    across, up = {"rangemode": "tozero"}, {"rangemode": "tozero"}
    if found.margin.exists:
        ends = np.array([1.0, 1.6 * found.bound])
        across = decades(ends)
        up = decades(np.append(found.margin.gamma * ends, found.radius * np.sqrt(ends)))
    return {
        "xaxis": {"title": {"text": "x₁"}, "range": span, "domain": LEFT, "constrain": "domain"},
        "yaxis": {
            "title": {"text": "x₂"},
            "range": span,
            "scaleanchor": "x",
            "constrain": "domain",
        },
        "xaxis2": {**title, **across, "domain": RIGHT, "anchor": "y2"},
        "yaxis2": {"title": {"text": tr("length |w|")}, **up, "anchor": "x2"},
    }


def _stacked() -> dict[str, Any]:
    """The right picture below the left one, on a phone."""
    (above, below), total = stacked((300, 260), 70)
    return {
        "height": total + 190,
        "margin": {"t": 130},
        "xaxis": {"domain": [0, 1]},
        "yaxis": {"domain": list(above)},
        "xaxis2": {"domain": [0, 1]},
        "yaxis2": {"domain": list(below)},
    }
