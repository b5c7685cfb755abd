"""Mistakes on the way back: what they change, beside torch, differences and counting."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.topics.backpropagation.broken import (
    BrokenConfig,
    broken,
    called_twice,
    depth_first,
    gates_of,
    held,
)
from engine.topics.backpropagation.expression import EXAMPLES, ExpressionConfig

FINITE = [id for id in EXAMPLES if id != "zero"]
MISTAKES = ("overwrite", "twice", "leaves", "detach", "order")


def of(mistake: str, formula: str = "", values: tuple[float, ...] = (), **more) -> BrokenConfig:
    graph = ExpressionConfig(formula=formula, values=values, **more)
    return BrokenConfig(graph=graph, mistake=mistake)


def variables(config: BrokenConfig, slopes: list[float]) -> list[float]:
    graph = config.graph.graph
    return [slopes[graph.at(name)] for name in graph.variables]


@pytest.mark.parametrize("id", FINITE)
def test_twice_is_what_torch_leaves_and_a_detached_node_is_a_number(id: str) -> None:
    config = of("leaves", example=id)
    expression = config.graph
    found = variables(config, broken(config).slope)
    torch = called_twice(expression.graph, expression.numbers, expression.end)
    assert found == pytest.approx(torch, rel=1e-12)
    assert found == [2 * slope for slope in variables(config, broken(config).right.slope)]
    for node, at in enumerate(gates_of(expression.graph)):
        if at == expression.end:
            continue
        cut = config.with_("mistake", "detach").with_("node", node)
        numeric = held(expression.graph, expression.numbers, expression.end, at)
        assert variables(cut, broken(cut).slope) == pytest.approx(numeric, rel=1e-6, abs=1e-7)


def test_by_hand_where_a_value_is_used_twice() -> None:
    """x·x + x at 3: of 1, 3 and 3 an assignment keeps the last."""
    config = of("overwrite", example="twice")
    found = broken(config)
    assert found.right.slope[0] == 7 and found.slope[0] in (1, 3) and 0 in found.wrong


@pytest.mark.parametrize("depth", range(1, 7))
def test_a_chain_that_keeps_everything_multiplies_with_its_depth(depth: int) -> None:
    text = "x"
    for _ in range(depth):
        text = f"tanh({text})"
    config = of("twice", text, (0.3,))
    assert broken(config).factor(config.graph.graph.at("x")) == pytest.approx(depth + 1)


def test_a_value_is_served_too_early() -> None:
    config = of("order", example="skip")
    graph, found = config.graph.graph, broken(config)
    named = {v.name: at for at, v in enumerate(graph.vertices) if v.name}
    assert named["h"] not in found.wrong and {named["w"], named["x"]} <= found.wrong
    assert sorted(depth_first(graph, config.graph.end)) == sorted(found.right.order)


@given(
    st.sampled_from(MISTAKES[:1] + MISTAKES[4:]),
    st.lists(st.sampled_from(["tanh", "sin", "exp", "relu", "sigmoid"]), min_size=1, max_size=6),
    st.floats(-2, 2),
)
@settings(max_examples=60, deadline=None)
def test_without_a_second_use_neither_order_nor_assignment_matter(mistake, names, x) -> None:
    text = "w*x"
    for name in names:
        text = f"{name}({text})"
    assert not broken(of(mistake, text, (0.7, x))).wrong


def test_the_film_ends_with_the_slopes_at_the_end() -> None:
    for mistake in MISTAKES:
        found = broken(of(mistake, example="skip"))
        assert list(found.steps[-1].slope) == found.slope
