"""How do values run forwards through a graph, and slopes backwards? A film that the browser plays:
one frame a gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Any

from dashboard.backpropagation.figures.layered import Layered, Place, layered
from dashboard.figures import palette
from dashboard.figures.film import Film, Trace, base, trace, transport
from dashboard.figures.narrow import different
from dashboard.language import say, tr
from engine.topics.backpropagation.graph import Graph
from engine.topics.backpropagation.passes import Passes

ROW, LAYER = 84, 92  # pixels of a row, and of a layer where layers lie below each other
PACE = 1400  # milliseconds a frame
CROWDED = 9  # layers from which on only the edges of the moment have numbers
OFF = 0.37  # of numbers from their node, in rows


def number(value: float, digits: int = 4) -> str:
    """A number in few characters."""
    if isnan(value):
        return "?"
    if not isfinite(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("e+0", "e").replace("e+", "e").replace("-", "−")


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known at one frame."""

    valued: frozenset[int]  # vertices with a value
    arrived: dict[int, list[float]]  # slopes that arrived so far, in their order
    passed: frozenset[tuple[int, int]]  # edges that a slope went along
    at: int  # the gate of the moment; -1: none
    label: str


def moments(graph: Graph, found: Passes) -> list[Moment]:
    """Every frame: what is given, each gate forwards, the output's own 1, each gate backwards."""
    gates = [at for at, vertex in enumerate(graph.vertices) if vertex.inputs]
    given = [at for at, vertex in enumerate(graph.vertices) if not vertex.inputs]
    frames = [Moment(frozenset(given), {}, frozenset(), -1, say("backpropagation.given"))]
    for step, at in enumerate(gates, 1):
        label = say(
            "backpropagation.forward",
            step=step,
            steps=len(gates),
            name=graph.label(at),
            sum=_computed(graph, found, at),
        )
        valued = frozenset([*given, *gates[:step]])
        frames.append(Moment(valued, {}, frozenset(), at, label))
    arrived: dict[int, list[float]] = {found.output: [1.0]}
    passed: set[tuple[int, int]] = set()
    label = say("backpropagation.seed", name=graph.label(found.output))
    whole = frozenset([*given, *gates])
    frames.append(Moment(whole, dict(arrived), frozenset(), found.output, label))
    for step, at in enumerate(found.order, 1):
        parts = []
        for k, i in enumerate(graph.vertices[at].inputs):
            if not graph.vertices[i].varies:
                continue
            arrived[i] = [*arrived.get(i, []), found.sent[at][k]]
            passed.add((at, k))
            parts.append(
                say(
                    "backpropagation.sends",
                    arrives=number(found.slope[at]),
                    local=number(found.local[at][k]),
                    sent=number(found.sent[at][k]),
                    to=graph.label(i),
                )
            )
        label = say(
            "backpropagation.backward",
            step=step,
            steps=len(found.order),
            name=graph.label(at),
            passed_on="; ".join(parts),
        )
        frames.append(Moment(whole, dict(arrived), frozenset(passed), at, label))
    return frames


def _computed(graph: Graph, found: Passes, at: int) -> str:
    """3 × −4 = −12."""
    vertex = graph.vertices[at]
    inputs = [number(found.value[i]) for i in vertex.inputs]
    inputs = [f"({text})" if text.startswith("−") else text for text in inputs]
    if len(inputs) == 2 and vertex.gate in ("+", "-", "*", "/", "^"):
        left = f"{inputs[0]} {vertex.sign} {inputs[1]}"
    elif vertex.gate.startswith("^"):
        left = f"{inputs[0]}{vertex.sign}"
    else:
        left = f"{vertex.sign}({', '.join(text.strip('()') for text in inputs)})"
    return f"{left} = {number(found.value[at])}"


def film(graph: Graph, found: Passes, at: int = -1, *, back: bool = True) -> Film:
    """The graph, at the end of both passes, with all moments before.

    Args:
        at: number of the frame that opens.
        back: False: without the way back, for those who are to find its slopes.
    """
    where = layered([vertex.inputs for vertex in graph.vertices])
    edges = list(where.edges)
    frames = moments(graph, found)
    if not back:
        frames = [moment for moment in frames if len(moment.arrived) < 2]
    shown = frames[at]
    data = [
        *(edge(where.edges[place]) for place in edges),
        *_nodes(graph, found, where),
        _labels(where, edges),
    ]
    changes = [_frame(graph, found, moment, edges, where.layers) for moment in frames]
    for item, change in zip(data, changes[frames.index(shown)], strict=True):
        for name, value in change.items():
            item[name] = {**item.get(name, {}), **value} if isinstance(value, dict) else value
    labels = [frame.label for frame in frames]
    meta = transport(labels, pace=PACE, redraw=True, at=at, keys=True)
    layout = plane("bp_graph", where, turned(where, data, edges) | meta)
    return Film(
        data,
        [
            {"name": str(n), "data": change, "traces": list(range(len(data)))}
            for n, change in enumerate(changes)
        ],
        layout,
    )


def plane(name: str, where: Layered, meta: dict[str, Any]) -> dict[str, Any]:
    """The layout of a graph: no axes, nothing to drag."""
    return base(name, max(300, round(ROW * (where.rows + 1.5)))) | {
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": _axis(-0.5, where.layers - 0.5),
        "yaxis": _axis(where.rows + 0.75, -0.75),
        "meta": meta,
    }


def _axis(low: float, high: float) -> dict[str, Any]:
    return {"visible": False, "range": [low, high], "fixedrange": True}


def edge(way: Sequence[Place]) -> Trace:
    x, y = zip(*way, strict=True)
    return trace(
        mode="lines", x=list(x), y=list(y), hoverinfo="skip", line={"shape": "spline", "width": 2}
    )


def middle(way: Sequence[Place]) -> Place:
    """Where an edge's numbers stand: near the gate that they belong to."""
    (x0, y0), (x1, y1) = way[-2:]
    share = 0.1 if len(way) == 3 and x1 - x0 < 0.9 else 0.5
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


def _nodes(graph: Graph, found: Passes, where: Layered) -> list[Trace]:
    """Markers with their signs, values above and slopes below them."""
    x = [place[0] for place in where.nodes]
    y = [place[1] for place in where.nodes]
    hover = []
    for at, vertex in enumerate(graph.vertices):
        gate = graph.gate(at)
        lines = [f"<b>{vertex.name}</b>"] if vertex.name else []
        lines.append(_computed(graph, found, at) if gate else number(found.value[at]))
        if gate:
            lines.append(say(f"backpropagation.{gate.pattern}"))
        if vertex.varies and graph.users(at) > 1:
            lines.append(say("backpropagation.copy", count=graph.users(at)))
        if at in found.trouble:
            lines.append(tr(found.trouble[at]))
        hover.append("<br>".join(lines))
    nodes = trace(
        mode="markers+text",
        x=x,
        y=y,
        text=[vertex.sign for vertex in graph.vertices],
        hovertext=hover,
        hoverinfo="text",
        textfont={"size": 15, "color": palette.INK},
        marker={
            "opacity": 1,
            "size": [40 if v.inputs else 32 for v in graph.vertices],
            "symbol": ["circle" if v.inputs else "square" for v in graph.vertices],
        },
    )
    plain: dict[str, Any] = {"mode": "text", "hoverinfo": "skip", "x": x}
    values = trace(**plain, y=[row - OFF for row in y], textfont={"size": 14})
    slopes = trace(**plain, y=[row + OFF for row in y], textfont={"size": 14, "color": palette.RED})
    return [nodes, values, slopes]


def _labels(where: Layered, edges: Sequence[tuple[int, int]]) -> Trace:
    """The local slope of each edge, and what went along it."""
    places = [middle(where.edges[place]) for place in edges]
    return trace(
        mode="text",
        x=[x for x, _ in places],
        y=[y - 0.12 for _, y in places],
        hoverinfo="skip",
        textfont={"size": 12},
    )


def _frame(
    graph: Graph, found: Passes, moment: Moment, edges: Sequence[tuple[int, int]], layers: int
) -> list[Trace]:
    """What every trace holds at one moment."""
    lines, labels = [], []
    for at, k in edges:
        passed = (at, k) in moment.passed
        lit = at == moment.at and (passed or not moment.arrived)
        colour = palette.RED if passed else palette.BLUE if lit else palette.GREY
        lines.append({"line": {"color": colour, "width": 4 if lit else 2}})
        text = ""
        flows = graph.vertices[graph.vertices[at].inputs[k]].varies
        if at in moment.valued and flows and (layers < CROWDED or at == moment.at):
            text = f"× {number(found.local[at][k], 3)}"
            if passed:
                text += f" → {number(found.sent[at][k], 3)}"
        labels.append(text)
    fill, ring, width, values, slopes = [], [], [], [], []
    for at in range(len(graph.vertices)):
        valued = at in moment.valued
        fill.append(
            palette.PALE_ORANGE if at in moment.arrived else palette.FAR_BLUE if valued
            else palette.PALER
        )  # fmt: skip
        wrong = valued and at in found.trouble
        ring.append(palette.RED if wrong else palette.BLUE if at == moment.at else palette.GREY)
        width.append(5 if wrong or at == moment.at else 1)
        values.append(_value(graph, found, at, 4 if layers < CROWDED else 3) if valued else "")
        slopes.append(_slope(moment.arrived.get(at, []), layers < CROWDED))
    marker = {"color": fill, "line": {"color": ring, "width": width}}
    return [*lines, {"marker": marker}, {"text": values}, {"text": slopes}, {"text": labels}]


def _value(graph: Graph, found: Passes, at: int, digits: int) -> str:
    vertex = graph.vertices[at]
    if vertex.gate == "number":
        return ""
    text = number(found.value[at], digits)
    if vertex.inputs and vertex.name:
        text = f"{vertex.name} = {text}"
    return f"<b>✕ {text}</b>" if at in found.trouble else text


def _slope(arrived: Sequence[float], room: bool) -> str:
    """What arrived so far; several slopes as their sum where there is room."""
    total = number(sum(arrived), 4 if room else 3) if arrived else ""
    if not room or not 2 <= len(arrived) <= 3:
        return total
    parts = [number(part) for part in arrived]
    terms = " + ".join(f"({p})" if p.startswith("−") and n else p for n, p in enumerate(parts))
    return f"{terms} = {total}"


def turned(
    where: Layered, data: Sequence[Trace], edges: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """On a phone the layers lie below each other."""
    traces: dict[int, dict[str, Any]] = {
        n: {"x": item["y"], "y": item["x"]} for n, item in enumerate(data[: len(edges)])
    }
    first = len(edges)
    x, y = [p[1] for p in where.nodes], [p[0] for p in where.nodes]
    tight = where.rows > 4
    small, size = (10, 24) if tight else (12, 30)
    traces[first] = {
        "x": x, "y": y, "marker": {"size": [size] * len(x)}, "textfont": {"size": small}
    }  # fmt: skip
    for n, side in ((first + 1, -1), (first + 2, 1)):
        aside = {"x": [v + 0.24 for v in x], "y": [v + 0.11 * side for v in y]}
        under = {"x": x, "y": [v + 0.3 * side for v in y]}
        place = under if tight else aside | {"textposition": "middle right"}
        traces[n] = {"textfont": {"size": small}, **place}
    places = [middle(where.edges[place]) for place in edges]
    traces[first + 3] = {
        "x": [row for _, row in places],
        "y": [level for level, _ in places],
        "opacity": float(where.rows < 2.5),  # else they stand on each other
    }
    layout = {
        "height": round(LAYER * (where.layers + 0.3)),
        "xaxis": {"range": [-0.5, where.rows + (0.5 if tight else 0.9)]},
        "yaxis": {"range": [where.layers - 0.4, -0.6]},
    }
    return different(layout, traces)
