"""Which slopes become wrong when backpropagation is written wrongly, and by how much?"""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

from engine.config import Config, knob
from engine.formulas.nodes import FUNCTIONS
from engine.topics.backpropagation.graph import MOST_GATES, MOST_VARIABLES, Graph
from engine.topics.backpropagation.passes import Passes, difference, passes
from engine.words import said

MOST = 2 * MOST_GATES + MOST_VARIABLES  # vertices, at most, about
CLOSE = 1e-9  # relative: slopes that are nearer to each other are the same
_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": torch.pow,
    "minus": operator.neg,
}


class BreakConfig(Config):
    """What is done wrongly on the way back; each by itself, or together."""

    forget: bool = knob(
        False,
        "Forget to add up",
        "A slope that arrives takes the place of the one before it: = where += belongs.",
    )
    calls: Literal["once", "torch", "nodes"] = knob(
        "nodes",
        "Backward is called",
        "Twice, without setting slopes to zero between. In torch every call sums afresh and adds "
        "its result at the end; a small engine that keeps slopes in its nodes hands the old "
        "ones on again.",
        options={
            "once": said("once"),
            "torch": said("twice, as torch does"),
            "nodes": said("twice, slopes kept in the nodes"),
        },
    )
    order: Literal["right", "depth", "forward"] = knob(
        "right",
        "Gates pass on",
        "Right is: behind all that use their value. Wrong are: as soon as the first slope arrives, "
        "each once; and in the order of the way forward.",
        options={
            "right": said("when all has arrived"),
            "depth": said("at the first slope"),
            "forward": said("in forward order"),
        },
    )
    detached: int = knob(
        -1, "Detached node", "Nothing goes back through it; −1: none.", ge=-1, le=MOST
    )

    def at(self, graph: Graph) -> int:
        """The detached vertex; −1 where the graph has no such gate or it depends on nothing."""
        here = 0 <= self.detached < len(graph.vertices)
        return self.detached if here and detachable(graph, self.detached) else -1

    @property
    def torch_can(self) -> bool:
        """Whether torch itself can be made to do the same."""
        return not self.forget and self.order == "right" and self.calls != "nodes"


def detachable(graph: Graph, at: int) -> bool:
    """Whether a vertex is a value that others use and slopes go back through."""
    vertex = graph.vertices[at]
    return bool(vertex.inputs) and vertex.varies


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """Right slopes and broken ones; lists go by vertex."""

    right: Passes
    slope: list[float]  # ∂ output / ∂ vertex, as the broken way back has it
    order: list[int]  # gates in which it passed on
    detached: int  # a vertex; −1: none
    torch_right: list[float]  # what autograd says
    torch_broken: list[float] | None  # what torch does, where it can be made to do the same

    def wrong(self, at: int) -> bool:
        """Whether the slope of a vertex is another one than it should be."""
        right, broken = self.right.slope[at], self.slope[at]
        if math.isnan(right) or math.isnan(broken):
            return not (math.isnan(right) and math.isnan(broken))
        return right != broken and abs(broken - right) > CLOSE * max(abs(right), abs(broken))

    def factor(self, at: int) -> float:
        """Broken over right; infinite where there should be none; 1 where both are 0."""
        right, broken = self.right.slope[at], self.slope[at]
        if right == 0:
            return 1.0 if broken == 0 else math.copysign(math.inf, broken)
        return broken / right + 0.0  # no −0

    @property
    def torch_gap(self) -> float:
        """The right slopes' largest difference from autograd's."""
        return difference(self.right.slope, self.torch_right)

    @property
    def same_gap(self) -> float | None:
        """The broken slopes' largest difference from what torch does; None where it cannot."""
        return None if self.torch_broken is None else difference(self.slope, self.torch_broken)


def broken(graph: Graph, numbers: Sequence[float], output: int, config: BreakConfig) -> Broken:
    """Both ways back from one output.

    Right: ∂y/∂v = Σ_u (∂y/∂u)(∂u/∂v), each u once all of its own slope is there. In a chain, slopes
    that stay in their nodes for a second call are k + 1 times too large k gates before the
    output: what is there, 1, and what arrives, k.

    Source: Griewank and Walther 2008, Evaluating derivatives, section 3.2; torch.Tensor.backward
    and torch.Tensor.detach, in the documentation of PyTorch.
    """
    right = passes(graph, numbers, output)
    off = config.at(graph)
    slope = [0.0] * len(graph.vertices)
    order = _order(graph, right, off, config.order)
    for _ in range(1 if config.calls == "once" else 2):
        kept = config.calls == "nodes"
        now = slope if kept else [0.0] * len(slope)
        now[output] = 1.0 if kept else now[output] + 1.0
        _back(graph, right, now, order, forget=config.forget)
        if not kept:
            slope = now if config.forget else [a + b for a, b in zip(slope, now, strict=True)]
    again = config.calls != "once"
    return Broken(
        right,
        slope,
        order,
        off,
        by_torch(graph, numbers, output),
        by_torch(graph, numbers, output, detached=off, again=again) if config.torch_can else None,
    )


def _back(
    graph: Graph, found: Passes, slope: list[float], order: Sequence[int], *, forget: bool
) -> None:
    """One way back, into `slope`."""
    with np.errstate(all="ignore"):
        for at in order:
            for i, local in zip(graph.vertices[at].inputs, found.local[at], strict=True):
                if graph.vertices[i].varies:
                    sent = float(np.float64(slope[at]) * local)
                    slope[i] = sent if forget else slope[i] + sent


def _order(graph: Graph, right: Passes, off: int, which: str) -> list[int]:
    """The gates that pass slopes on, in their order."""
    reached, todo = [right.output], [right.output]
    found: list[int] = []
    while todo:  # a walk that goes deep first
        at = todo.pop()
        if at == off or not graph.vertices[at].inputs:
            continue
        found.append(at)
        for i in reversed(graph.vertices[at].inputs):
            if graph.vertices[i].varies and i not in reached:
                reached.append(i)
                todo.append(i)
    if which == "depth":
        return found
    return sorted(found, reverse=which == "right")


def by_torch(
    graph: Graph, numbers: Sequence[float], output: int, *, detached: int = -1, again: bool = False
) -> list[float]:
    """The slopes of all vertices that torch keeps in `grad`; 0 where it keeps none.

    Args:
        detached: a vertex that is used by `detach()`; its own slope stays unasked then.
        again: whether `backward(retain_graph=True)` is called before.
    """
    where = dict(zip(graph.variables, numbers, strict=True))
    made: list[torch.Tensor] = []
    used: list[torch.Tensor] = []  # what later gates get
    with torch.inference_mode(False), torch.enable_grad():
        for at, vertex in enumerate(graph.vertices):
            value = _computed(vertex.gate, [used[i] for i in vertex.inputs])
            if value is None:
                start = where.get(vertex.name, vertex.number)
                value = torch.tensor(start, dtype=torch.float64, requires_grad=vertex.varies)
            if value.requires_grad:
                value.retain_grad()
            made.append(value)
            # an identity with a slope of its own, which nothing behind it hears of
            used.append(value.detach().requires_grad_() if at == detached else value)
        if again:
            used[output].backward(retain_graph=True)  # type: ignore[no-untyped-call]
        if used[output].requires_grad:
            used[output].backward()  # type: ignore[no-untyped-call]
        kept = [used[at].grad for at in range(len(used))]
    return [0.0 if slope is None else slope.item() for slope in kept]


def _computed(gate: str, inputs: Sequence[torch.Tensor]) -> torch.Tensor | None:
    """A gate's value by torch; None of what is given."""
    if not inputs:
        return None
    if gate.startswith("^") and gate[1:]:
        return inputs[0] ** float(gate[1:])
    found: torch.Tensor = (_OPERATORS.get(gate) or FUNCTIONS[gate].compute)(*inputs)
    return found
