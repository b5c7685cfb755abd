"""Which slopes are wrong? The right ones stand above the nodes, the broken ones below."""

from math import isinf
from typing import Any

from dashboard.backpropagation.figures.graph import (
    CROWDED,
    OFF,
    edge,
    middle,
    number,
    plane,
    turned,
)
from dashboard.backpropagation.figures.layered import layered
from dashboard.figures import palette
from dashboard.figures.film import Film, trace
from dashboard.language import say
from engine.topics.backpropagation.broken import Broken
from engine.topics.backpropagation.graph import Graph


def factor(found: Broken, at: int) -> str:
    """How many times too large: ×2, ×0; ×∞ where there should be no slope."""
    times = found.factor(at)
    return "×∞" if isinf(times) and found.right.slope[at] == 0 else f"×{number(times, 3)}"


def graph(of: Graph, found: Broken) -> Film:
    """Right slopes above, broken ones below; wrong ones with a cross, red and their factor."""
    where = layered([vertex.inputs for vertex in of.vertices])
    edges = list(where.edges)
    roomy = where.layers < CROWDED
    digits = 4 if roomy else 3
    passed = set(found.order)
    x, y = zip(*where.nodes, strict=True)
    above, below, fill, ring, hover = [], [], [], [], []
    for at, vertex in enumerate(of.vertices):
        right, broken = number(found.right.slope[at], digits), number(found.slope[at], digits)
        wrong = found.wrong(at)
        above.append(right if vertex.varies else "")
        mark = f"<b>✕ {broken}</b>" + (f" {factor(found, at)}" if roomy else "")
        below.append((mark if wrong else "✓") if vertex.varies else "")
        fill.append(
            palette.PALE_ORANGE if wrong else palette.FAR_BLUE if vertex.varies else palette.PALER
        )
        ring.append(palette.RED if wrong else palette.GREY)
        hover.append(_hover(of, found, at))
    lines = []
    for at, k in edges:
        flows = of.vertices[of.vertices[at].inputs[k]].varies and at in passed
        line = edge(where.edges[at, k])
        line["line"] |= {"dash": "solid" if flows else "dot", "color": palette.GREY}
        lines.append(line)
    nodes = trace(
        mode="markers+text",
        x=list(x),
        y=list(y),
        text=[of.label(at) for at in range(len(x))],
        hovertext=hover,
        hoverinfo="text",
        textfont={"size": 15, "color": palette.INK},
        marker={
            "opacity": 1,
            "size": [40 if vertex.inputs else 32 for vertex in of.vertices],
            "symbol": ["circle" if vertex.inputs else "square" for vertex in of.vertices],
            "color": fill,
            "line": {"color": ring, "width": [4 if c == palette.RED else 1 for c in ring]},
        },
    )
    colours = [palette.RED if found.wrong(at) else palette.GREY for at in range(len(x))]
    plain: dict[str, Any] = {"mode": "text", "hoverinfo": "skip", "x": list(x)}
    upper = trace(**plain, y=[v - OFF for v in y], text=above, textfont={"size": 14})
    lower = trace(
        **plain, y=[v + OFF for v in y], text=below, textfont={"size": 14, "color": colours}
    )
    places = [middle(where.edges[place]) for place in edges]
    cut = trace(
        mode="text",
        x=[a for a, _ in places],
        y=[b for _, b in places],
        text=["✂" if at == found.detached else "" for at, _ in edges],
        hoverinfo="skip",
        textfont={"size": 18, "color": palette.RED},
    )
    data = [*lines, nodes, upper, lower, cut]
    return Film(data, [], plane("bp_broken", where, turned(where, data, edges)))


def called(of: Graph, at: int) -> str:
    """The name of a node, or its sign; a function's with a place for what it takes."""
    vertex, label = of.vertices[at], of.label(at)
    return f"{label}(·)" if vertex.inputs and not vertex.name and label.isalpha() else label


def _hover(of: Graph, found: Broken, at: int) -> str:
    lines = [
        f"<b>{called(of, at)}</b>",
        say("backpropagation.right_is", slope=number(found.right.slope[at], 6)),
    ]
    if found.wrong(at):
        lines.append(
            say(
                "backpropagation.broken_is",
                slope=number(found.slope[at], 6),
                factor=factor(found, at),
            )
        )
    if at in found.order:
        lines.append(say("backpropagation.passes_as", place=found.order.index(at) + 1))
    if at == found.detached:
        lines.append(say("backpropagation.is_detached"))
    return "<br>".join(lines)
