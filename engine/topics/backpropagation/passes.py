"""What are the values on the way forward, and the slopes on the way back?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.topics.backpropagation.gates import trouble
from engine.topics.backpropagation.graph import Graph
from engine.words import said


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """Both passes through a graph; lists go by vertex."""

    output: int  # the vertex whose slopes these are
    value: list[float]
    local: list[tuple[float, ...]]  # ∂ vertex / ∂ each input
    slope: list[float]  # ∂ output / ∂ vertex: the sum of all that arrives
    sent: list[tuple[float, ...]]  # to each input: slope × local; 0 where nothing flows
    order: list[int]  # in which slopes are passed on: each behind all that use it
    trouble: dict[int, str]  # what went wrong, where it began

    @property
    def finite(self) -> bool:
        return not self.trouble


def forward(graph: Graph, numbers: Sequence[float]) -> tuple[list[float], list[tuple[float, ...]]]:
    """Value and local slopes of every vertex, in double precision.

    Args:
        numbers: one a variable.
    """
    where = dict(zip(graph.variables, numbers, strict=True))
    value: list[float] = []
    local: list[tuple[float, ...]] = []
    with np.errstate(all="ignore"):  # what has no value is NaN or infinite, and is told
        for at, vertex in enumerate(graph.vertices):
            gate = graph.gate(at)
            if gate is None:
                value.append(where.get(vertex.name, vertex.number))
                local.append(())
                continue
            inputs = [np.float64(value[i]) for i in vertex.inputs]
            value.append(float(gate.value(*inputs)))
            local.append(tuple(map(float, gate.slopes(*inputs))))
    return value, local


def passes(graph: Graph, numbers: Sequence[float], output: int) -> Passes:
    """Forwards, then backwards from one output.

    Of each vertex v the slope is the sum over all that use it:
    ∂y/∂v = Σ_u (∂y/∂u) (∂u/∂v), with ∂y/∂y = 1.

    Source: Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating
    errors, equations 3 to 6; Griewank and Walther 2008, Evaluating derivatives, section 3.2.
    """
    value, local = forward(graph, numbers)
    slope = [0.0] * len(value)
    slope[output] = 1.0
    sent: list[tuple[float, ...]] = [(0.0,) * len(v.inputs) for v in graph.vertices]
    order = way_back(graph, output)
    with np.errstate(all="ignore"):
        for at in order:
            inputs = graph.vertices[at].inputs
            sent[at] = tuple(
                float(np.float64(slope[at]) * part) if graph.vertices[i].varies else 0.0
                for i, part in zip(inputs, local[at], strict=True)
            )
            for i, part in zip(inputs, sent[at], strict=True):
                slope[i] += part
    return Passes(
        output, value, local, slope, sent, order, _troubles(graph, value, local, slope, order)
    )


def way_back(graph: Graph, output: int) -> list[int]:
    """The gates behind an output, the last first."""
    seen, todo = {output}, [output]
    while todo:
        for i in graph.vertices[todo.pop()].inputs:
            if graph.vertices[i].varies and i not in seen:
                seen.add(i)
                todo.append(i)
    return [at for at in sorted(seen, reverse=True) if graph.vertices[at].inputs]


def _troubles(
    graph: Graph,
    value: list[float],
    local: list[tuple[float, ...]],
    slope: list[float],
    order: list[int],
) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, vertex in enumerate(graph.vertices):
        inputs = tuple(value[i] for i in vertex.inputs)
        if not vertex.inputs:
            if not math.isfinite(value[at]):
                found[at] = said("overflow: too large a number")
        elif all(map(math.isfinite, inputs)):
            counts = at in order  # a slope that nobody asks for is no trouble
            if text := trouble(vertex.gate, inputs, value[at], local[at] if counts else ()):
                found[at] = text
    if not found:
        late = [at for at in order if math.isfinite(slope[at])]
        for at in late:
            for i in graph.vertices[at].inputs:
                if not math.isfinite(slope[i]) and i not in found:
                    found[i] = said("overflow: too large a slope")
    return found


def by_autograd(graph: Graph, numbers: Sequence[float], output: int) -> list[float]:
    """The same slopes of all variables by torch, which is given the formulas and no graph."""
    with torch.inference_mode(False), torch.enable_grad():
        leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers]
        y = _by_torch(graph, leaves, output)
        found = torch.autograd.grad(y, leaves, allow_unused=True)
    return [0.0 if slope is None else slope.item() for slope in found]


def by_differences(graph: Graph, numbers: Sequence[float], output: int) -> list[float]:
    """The same by central differences, with a step of 1e-6 of each variable's size."""
    found = []
    for k, x in enumerate(numbers):
        step = 1e-6 * max(1.0, abs(x))
        ends = []
        for moved in (x + step, x - step):
            at = [moved if i == k else other for i, other in enumerate(numbers)]
            leaves = [torch.tensor(v, dtype=torch.float64) for v in at]
            ends.append(_by_torch(graph, leaves, output).item())
        found.append((ends[0] - ends[1]) / (2 * step))
    return found


def _by_torch(graph: Graph, leaves: Sequence[torch.Tensor], output: int) -> torch.Tensor:
    """An output's value, each statement computed as it was typed."""
    known = dict(zip(graph.variables, leaves, strict=True))
    last: dict[int, torch.Tensor] = {}
    for (name, formula), end in zip(graph.statements, graph.ends, strict=True):
        last[end] = formula(*(known[n] for n in formula.names))
        if name:
            known[name] = last[end]
    return last[output]


def difference(one: Sequence[float], other: Sequence[float]) -> float:
    """The largest |a − b| / max(1, |b|); NaN where both are is none."""
    worst = 0.0
    for a, b in zip(one, other, strict=True):
        if a == b or (math.isnan(a) and math.isnan(b)):
            continue
        gap = abs(a - b) / max(1.0, abs(b))
        worst = max(worst, gap) if not math.isnan(gap) else math.inf
    return worst
