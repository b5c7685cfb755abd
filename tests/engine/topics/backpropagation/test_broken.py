"""Backpropagation written wrongly: what torch does where it can, and a small engine with nodes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.topics.backpropagation.broken import BreakConfig, broken, detachable
from engine.topics.backpropagation.expression import EXAMPLES, ExpressionConfig

GOOD = [id for id in EXAMPLES if id != "zero"]


def of(example, **mistakes):
    config = ExpressionConfig(example=example)
    mistakes = {"calls": "once"} | mistakes
    return config.graph, broken(config.graph, config.numbers, config.end, BreakConfig(**mistakes))


@pytest.mark.parametrize("id", GOOD)
@pytest.mark.parametrize("calls", ["once", "torch"])
def test_torch_makes_the_same_mistakes(id, calls):
    graph, whole = of(id, calls=calls)
    assert whole.torch_gap < 1e-12 and whole.same_gap < 1e-12
    for at in range(len(graph.vertices)):
        if detachable(graph, at):
            _, found = of(id, calls=calls, detached=at)
            assert found.detached == at and found.same_gap < 1e-12
            assert not set(graph.vertices[at].inputs) <= set(found.order) or not found.order


@pytest.mark.parametrize("id", GOOD)
def test_without_a_mistake_nothing_is_wrong(id):
    graph, found = of(id)
    assert found.slope == found.right.slope
    assert not any(map(found.wrong, range(len(graph.vertices))))


@given(st.integers(1, 12), st.floats(-1, 1))
@settings(max_examples=40, deadline=None)
def test_slopes_kept_in_the_nodes_of_a_chain_grow_by_one_a_gate(depth, x):
    """sin(sin(… x)): k gates before the output the second call leaves k + 1 times the slope."""
    config = ExpressionConfig(formula="sin(" * depth + "x" + ")" * depth, values=(x,))
    found = broken(config.graph, config.numbers, config.end, BreakConfig(calls="nodes"))
    for gates in range(depth + 1):
        at = config.end - gates  # the variable is the first vertex
        assert found.slope[at] == pytest.approx((gates + 1) * found.right.slope[at], rel=1e-12)


class Node:
    """An independent engine of a few lines that keeps slopes in its nodes, as micrograd does."""

    def __init__(self, value, parents=()):
        self.value, self.parents, self.grad = value, parents, 0.0  # parents: (node, local slope)

    def __mul__(self, other):
        return Node(self.value * other.value, ((self, other.value), (other, self.value)))

    def __add__(self, other):
        return Node(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in node.parents:
                parent.grad += local * node.grad


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9))
@settings(max_examples=30, deadline=None)
def test_a_small_engine_called_twice_has_the_same_slopes(x, y, z):
    a, b, c = Node(x), Node(y), Node(z)
    d = a * b + c
    out = d * d + a
    out.backward()
    out.backward()
    config = ExpressionConfig(formula="d = a*b + c; d*d + a", values=(x, y, z))
    found = broken(config.graph, config.numbers, config.end, BreakConfig(calls="nodes"))
    for name, node in zip("abc", (a, b, c), strict=True):
        at = config.graph.at(name)
        assert found.slope[at] == pytest.approx(node.grad, rel=1e-9, abs=1e-9)


def test_the_last_slope_stays_where_adding_is_forgotten():
    graph, found = of("twice", forget=True)
    x = graph.at("x")
    assert (found.right.slope[x], found.slope[x]) == (7, 3)


def test_passing_on_at_the_first_slope_loses_what_comes_later():
    """h2 feeds h5 and h6; t2 gets only what came through h5: h8' t8 h5' t5 h2' x."""
    graph, found = of("units", order="depth")
    wrong = {graph.label(at) for at, v in enumerate(graph.vertices) if v.varies and found.wrong(at)}
    assert wrong == {"t2", "x", "×"}


def test_the_order_of_the_way_forward_leaves_only_the_last_gate():
    graph, found = of("chain", order="forward")
    passed = [at for at, slope in enumerate(found.slope) if slope]
    assert passed == sorted({*graph.vertices[found.right.output].inputs, found.right.output})


def test_a_slope_where_none_belongs_is_infinitely_too_large():
    graph, found = of("gates", forget=True, detached=4)
    assert found.factor(graph.at("w")) == 1
    assert found.factor(graph.at("x")) == 0
    assert found.slope[4] == found.right.slope[4]
