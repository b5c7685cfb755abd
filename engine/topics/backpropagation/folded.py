"""What is left of a graph when each statement is one node? Its inputs, and the slope for each."""

from engine.topics.backpropagation.graph import Graph, Vertex
from engine.topics.backpropagation.passes import Passes

UNIT = "unit"  # what stands in the place of a gate


def folded(graph: Graph, found: Passes) -> tuple[Graph, Passes]:
    """The same passes with only the variables and the value of each statement as nodes.

    The local slope of a statement with respect to an input is the sum over all ways between them:
    what passing 1 back through its gates leaves there.

    Args:
        graph: of several statements.
        found: both of its passes.
    """
    ends = [at for at in dict.fromkeys(graph.ends) if graph.vertices[at].inputs]
    kept = sorted({*(graph.at(name) for name in graph.variables), *ends})
    number = {at: n for n, at in enumerate(kept)}
    vertices: list[Vertex] = []
    local: list[tuple[float, ...]] = []
    for at in kept:
        vertex = graph.vertices[at]
        if at not in ends:
            vertices.append(vertex)
            local.append(())
            continue
        slopes = _inside(graph, found, at, frozenset(kept))
        inputs = tuple(number[i] for i in slopes)
        sign = vertex.name or vertex.sign
        vertices.append(Vertex(UNIT, sign, inputs, vertex.name, vertex.varies))
        local.append(tuple(slopes.values()))
    slope = [found.slope[at] for at in kept]
    sent = [tuple(s * part for part in parts) for s, parts in zip(slope, local, strict=True)]
    passes = Passes(
        number[found.output],
        [found.value[at] for at in kept],
        local,
        slope,
        sent,
        [number[at] for at in found.order if at in number],
        {number[at]: text for at, text in found.trouble.items() if at in number},
    )
    outputs = tuple(number[at] for at in graph.outputs)
    return Graph(graph.text, tuple(vertices), graph.variables, outputs, graph.statements), passes


def _inside(graph: Graph, found: Passes, end: int, kept: frozenset[int]) -> dict[int, float]:
    """∂ end / ∂ each kept vertex that it uses, through what lies between, in order."""
    slope = {end: 1.0}
    inputs: dict[int, float] = {}
    for at in range(end, -1, -1):
        if at not in slope:
            continue
        if at != end and at in kept:
            inputs[at] = slope[at]
            continue
        for i, part in zip(graph.vertices[at].inputs, found.local[at], strict=True):
            if graph.vertices[i].varies:
                slope[i] = slope.get(i, 0.0) + slope[at] * part
    return dict(sorted(inputs.items()))
