"""Graphs of typed expressions: slopes by hand, by autograd, by differences; and any nonsense."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.formulas import FormulaError
from engine.formulas.nodes import FUNCTIONS
from engine.topics.backpropagation.expression import EXAMPLES, ExpressionConfig, retyped
from engine.topics.backpropagation.gates import GATES, PATTERNS
from engine.topics.backpropagation.graph import LONGEST, MOST_GATES, graph_of
from engine.topics.backpropagation.passes import by_autograd, by_differences, difference, passes


def slopes(text, *numbers, output=0):
    graph = graph_of(text)
    found = passes(graph, numbers, graph.outputs[output])
    return {name: found.slope[graph.at(name)] for name in graph.variables}


def of(example, output=0):
    config = ExpressionConfig(example=example, output=output)
    found = passes(config.graph, config.numbers, config.end)
    return found.value[config.end], {
        name: found.slope[config.graph.at(name)] for name in config.graph.variables
    }


def test_one_weight_by_hand():
    """L = (wx − y)² at w = 1, x = 2, y = 6: 16, dL/dw = 2 (2 − 6) 2 = −16, a step of 0.1: 2.6."""
    value, found = of("weight")
    assert value == 16
    assert found == {"w": -16, "x": -8, "y": 8}
    assert 1 - 0.1 * found["w"] == pytest.approx(2.6)


def test_every_gate_by_hand():
    """(xy + max(z, w)) 2 at 3, −4, 2, −1: −20; max gives all to z."""
    value, found = of("gates")
    assert value == -20
    assert found == {"x": -8, "y": 6, "z": 2, "w": 0}


def test_a_value_that_is_used_three_times_adds_up():
    """x² + x: 3 and 3 from the product, 1 from the sum."""
    assert of("twice") == (12, {"x": 7})


def test_a_sum_times_z_by_hand():
    assert of("product") == (-12, {"x": -4, "y": -4, "z": 3})


def test_a_chain_is_one_product_of_slopes():
    """∂y/∂t2 = φ'(z4) t4 φ'(z3) t3 φ'(z2) h1, with φ' = 1 − h²."""
    t1, x, t2, t3, t4 = 1.0, 0.5, 2.0, -1.5, 1.0
    h1 = math.tanh(t1 * x)
    h2 = math.tanh(t2 * h1)
    h3 = math.tanh(t3 * h2)
    y = math.tanh(t4 * h3)
    by_hand = (1 - y * y) * t4 * (1 - h3 * h3) * t3 * (1 - h2 * h2) * h1
    assert of("chain")[1]["t2"] == pytest.approx(by_hand, rel=1e-12)


def test_of_eight_units_one_path_leads_from_the_third_to_the_first_output():
    value, found = of("units")
    assert found["t4"] == 0, "the fourth unit is behind the other output alone"
    t = dict(zip(ExpressionConfig(example="units").graph.variables,
                 ExpressionConfig(example="units").numbers, strict=True))  # fmt: skip
    h = {k: math.tanh(t[f"t{k}"] * t["x"]) for k in (1, 2, 3)}
    h[5] = math.tanh(t["t5"] * (h[1] + h[2]))
    h[6] = math.tanh(t["t6"] * (h[2] + h[3]))
    h[7] = math.tanh(t["t7"] * h[6])
    h[8] = math.tanh(t["t8"] * (h[5] + h[7]))
    bend = {k: 1 - v * v for k, v in h.items()}
    by_hand = bend[8] * t["t8"] * bend[7] * t["t7"] * bend[6] * t["t6"] * bend[3] * t["x"]
    assert value == pytest.approx(h[8])
    assert found["t3"] == pytest.approx(by_hand, rel=1e-12)
    assert of("units", output=1)[1]["t8"] == 0


@pytest.mark.parametrize("id", [id for id in EXAMPLES if id != "zero"])
def test_every_example_equals_autograd_and_differences(id):
    config = ExpressionConfig(example=id)
    for end in config.graph.outputs:
        found = passes(config.graph, config.numbers, end)
        mine = [found.slope[config.graph.at(name)] for name in config.graph.variables]
        assert difference(mine, by_autograd(config.graph, config.numbers, end)) < 1e-12
        assert difference(mine, by_differences(config.graph, config.numbers, end)) < 1e-6
        assert found.finite


def test_every_function_of_formulas_is_a_gate_with_a_pattern():
    assert set(FUNCTIONS) <= set(GATES)
    assert {gate.pattern for gate in GATES.values()} == set(PATTERNS)


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f.places == 1])
@pytest.mark.parametrize("x", [0.3, -0.7, 0.0, 30.0])
def test_every_gate_equals_autograd_where_both_are_finite(name, x):
    graph = graph_of(f"{name}(x)")
    mine = passes(graph, [x], graph.outputs[0])
    other = by_autograd(graph, [x], graph.outputs[0])
    if math.isnan(mine.value[-1]):  # log of −0.7: autograd goes on with a slope of nothing
        assert mine.trouble
    else:
        assert difference([mine.slope[0]], other) < 1e-12


NUMBERS = st.floats(-4, 4, allow_nan=False).map(lambda x: round(x, 3))
LEAVES = st.sampled_from(["x", "y", "z", "w1"]) | NUMBERS.map(lambda v: f"({v:g})")
ONES = st.sampled_from([n for n, f in FUNCTIONS.items() if f.places == 1])


def joined(parts):
    return st.one_of(
        st.tuples(parts, st.sampled_from("+-*/"), parts).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), parts, parts).map(
            lambda p: f"{p[0]}({p[1]},{p[2]})"
        ),
        st.tuples(ONES, parts).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(parts, st.integers(-3, 4)).map(lambda p: f"({p[0]})^{p[1]}"),
        st.tuples(parts, parts).map(lambda p: f"({p[0]})^({p[1]})"),
        parts.map(lambda p: f"-({p})"),
    )


@settings(max_examples=400, deadline=None)
@given(st.recursive(LEAVES, joined, max_leaves=12), st.lists(NUMBERS, min_size=4, max_size=4))
@example("x^y", [0.0, 2.0, 0.0, 0.0])
@example("softplus(x*y)", [4.0, 4.0, 0.0, 0.0])
def test_slopes_of_random_expressions_equal_autograds(text, numbers):
    try:
        graph = graph_of(text)
    except FormulaError as error:  # too long, too many gates, or no variable
        assert str(error)
        return
    numbers = numbers[: len(graph.variables)]
    found = passes(graph, numbers, graph.outputs[0])
    mine = [found.slope[graph.at(name)] for name in graph.variables]
    other = by_autograd(graph, numbers, graph.outputs[0])
    if found.finite and all(map(math.isfinite, [*mine, *other])):
        assert difference(mine, other) < 1e-9
    else:
        assert found.trouble or not all(map(math.isfinite, other))


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=230) | st.text("xyzw12+-*/^().,;=e \n", max_size=210))
@example("2+3")
@example("h = 1; h = x")
@example("x+1; x=2")
@example(";;;")
@example("(" * 150)
@example("x" + "+x" * 99)
def test_any_nonsense_is_one_sentence_with_its_place(text):
    try:
        graph = graph_of(text)
    except FormulaError as error:
        assert 0 <= error.place <= max(len(text), LONGEST)
        assert str(error).count("\n") == 0 and 5 < len(str(error)) < 250
    else:
        assert len(text) <= LONGEST
        assert sum(bool(v.inputs) for v in graph.vertices) <= MOST_GATES
        for at, vertex in enumerate(graph.vertices):
            assert all(i < at for i in vertex.inputs), "each stands behind what it needs"


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("h = x; h + foo", 11, "foo"),
        ("h = x; h + sni(x)", 11, "sin"),
        ("2+3", 0, "variable"),
        ("x = 1 = 2", 6, "="),
        ("h=x; h=y", 4, "meaning"),
    ],
)
def test_the_place_is_that_in_the_whole_text(text, place, word):
    with pytest.raises(FormulaError) as caught:
        graph_of(text)
    assert caught.value.place == place
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("text", "numbers", "sign", "said"),
    [
        ("1/(x-y)", (2, 2), "÷", "division by zero"),
        ("log(x)", (0,), "log", "logarithm of 0"),
        ("log(x-1)", (0,), "log", "logarithm below 0"),
        ("exp(x*x)", (1000,), "exp", "overflow"),
        ("sqrt(x)", (0,), "√", "slope is infinite"),
        ("x^(-1)", (0,), "^-1", "division by zero"),
        ("x^y", (-8, 0.5), "^", "negative number"),
    ],
)
def test_what_goes_wrong_is_told_at_its_gate(text, numbers, sign, said):
    graph = graph_of(text)
    found = passes(graph, [float(n) for n in numbers], graph.outputs[0])
    ((at, sentence),) = found.trouble.items()
    assert graph.vertices[at].sign == sign
    assert said in sentence


def test_a_new_expression_keeps_the_numbers_of_its_names():
    config = ExpressionConfig(example="weight")
    found = retyped(config, "y*w + k")
    assert found.numbers == (6.0, 1.0, 1.0)
    assert retyped(found, "").numbers == config.numbers


def test_more_numbers_than_variables_are_refused():
    with pytest.raises(ValueError, match="1 variables, and 2 numbers"):
        ExpressionConfig(formula="x*x", values=(1.0, 2.0))
    with pytest.raises(ValueError, match="no example 'nothing'"):
        ExpressionConfig(example="nothing")


def test_slopes_of_a_sum_that_shares():
    assert slopes("q=x*y; q+q*x", 2.0, 3.0) == {"x": 3 + 6 + 3 * 2, "y": 2 + 4}
