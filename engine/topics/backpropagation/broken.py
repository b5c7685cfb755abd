"""What goes wrong with slopes when backpropagation is written with a mistake? And by how much?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from engine.config import Config, knob
from engine.topics.backpropagation.expression import ExpressionConfig
from engine.topics.backpropagation.graph import MOST_GATES, Graph
from engine.topics.backpropagation.passes import Passes, by_torch, forward, passes, way_back

SAME = 1e-9  # relative difference, below which two slopes are one


class BrokenConfig(Config):
    """A graph and a mistake."""

    graph: ExpressionConfig = ExpressionConfig(example="skip")
    mistake: Literal["overwrite", "twice", "leaves", "detach", "order"] = knob(
        "overwrite",
        "Mistake",
        "What the program of the way back gets wrong.",
        options={
            "overwrite": "forgets to add up",
            "twice": "runs twice, all slopes are kept",
            "leaves": "runs twice, as in torch",
            "detach": "detaches a node",
            "order": "walks in a wrong order",
        },
    )
    node: int = knob(0, "Detached node", "Number of the gate, in order.", ge=0, le=MOST_GATES - 1)

    @property
    def gate(self) -> int:
        """The vertex that is detached; the last one where there are fewer."""
        gates = gates_of(self.graph.graph)
        return gates[min(self.node, len(gates) - 1)]


@dataclass(frozen=True, slots=True)
class Step:
    """A gate hands on what it has."""

    at: int
    sent: tuple[float, ...]  # to each input
    slope: tuple[float, ...]  # of every vertex, after it


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """The right way back and the other one."""

    right: Passes
    steps: list[Step]
    slope: list[float]  # of every vertex, at the end
    wrong: frozenset[int]  # vertices whose slope is another

    def factor(self, at: int) -> float:
        """How many times as large as the right one; NaN where that is 0."""
        right = self.right.slope[at]
        return self.slope[at] / right if right else math.nan


def gates_of(graph: Graph) -> list[int]:
    """Vertices that compute something from a variable."""
    return [at for at, v in enumerate(graph.vertices) if v.inputs and v.varies]


def broken(config: BrokenConfig) -> Broken:
    """Walk back with the mistake, in double precision.

    - overwrite: what arrives replaces what was there, `=` in place of `+=`.
    - twice: a second walk finds the slopes of the first one at every vertex but the output, as in a
      program that keeps them all and sets none to 0.
    - leaves: the same, but only the variables keep theirs, as torch does.
    - detach: nothing is passed on from one vertex.
    - order: depth first from the output; a gate hands on before everything has arrived.
    """
    graph, output = config.graph.graph, config.graph.end
    right = passes(graph, config.graph.numbers, output)
    order = depth_first(graph, output) if config.mistake == "order" else right.order
    slope = [0.0] * len(graph.vertices)
    steps = []
    for _ in range(2 if config.mistake in ("twice", "leaves") else 1):
        slope[output] = 1.0
        if config.mistake == "leaves":
            for at in order:
                slope[at] = float(at == output)
        for at in order:
            inputs = graph.vertices[at].inputs
            with np.errstate(all="ignore"):
                sent = tuple(
                    float(np.float64(slope[at]) * part) if graph.vertices[i].varies else 0.0
                    for i, part in zip(inputs, right.local[at], strict=True)
                )
            if config.mistake == "detach" and at == config.gate:
                sent = (0.0,) * len(inputs)
            for i, part in zip(inputs, sent, strict=True):
                slope[i] = part if config.mistake == "overwrite" else slope[i] + part
            steps.append(Step(at, sent, tuple(slope)))
    wrong = {
        at
        for at, (ours, theirs) in enumerate(zip(slope, right.slope, strict=True))
        if not abs(ours - theirs) <= SAME * max(1.0, abs(theirs))
    }
    return Broken(right, steps, slope, frozenset(wrong))


def depth_first(graph: Graph, output: int) -> list[int]:
    """The gates behind an output as a recursion meets them that does not wait for all users."""
    found: list[int] = []

    def walk(at: int) -> None:
        if graph.vertices[at].inputs and graph.vertices[at].varies and at not in found:
            found.append(at)
            for i in graph.vertices[at].inputs:
                walk(i)

    walk(output)
    return found


def called_twice(graph: Graph, numbers: Sequence[float], output: int) -> list[float]:
    """What torch itself leaves at the variables after two calls of `backward`."""
    with torch.inference_mode(False), torch.enable_grad():
        leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers]
        y = by_torch(graph, leaves, output)
        if not y.requires_grad:
            return [0.0] * len(leaves)
        y.backward(retain_graph=True)
        y.backward()
    return [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]


def held(graph: Graph, numbers: Sequence[float], output: int, at: int) -> list[float]:
    """Slopes of the variables by central differences while one vertex keeps its value."""
    kept, _ = forward(graph, numbers)
    found = []
    for k, x in enumerate(numbers):
        step = 1e-6 * max(1.0, abs(x))
        ends = []
        for moved in (x + step, x - step):
            new = [moved if i == k else other for i, other in enumerate(numbers)]
            ends.append(forward(graph, new, {at: kept[at]})[0][output])
        found.append((ends[0] - ends[1]) / (2 * step))
    return found


def behind(graph: Graph, output: int) -> frozenset[int]:
    """Every vertex that has a slope at all."""
    gates = way_back(graph, output)
    return frozenset(
        [
            output,
            *gates,
            *(i for at in gates for i in graph.vertices[at].inputs if graph.vertices[i].varies),
        ]
    )
