"""The backpropagation page: what its scenes claim, computed again."""

import numpy as np
import pytest

from engine.topics.backpropagation.broken import broken
from engine.topics.backpropagation.folded import folded
from engine.topics.backpropagation.gradient_check import check
from engine.topics.backpropagation.jacobians import jacobians
from engine.topics.backpropagation.kernels import backwards
from engine.topics.backpropagation.layers import walk
from engine.topics.backpropagation.memory import memory
from engine.topics.backpropagation.passes import passes
from engine.topics.backpropagation.product_costs import counted, modes, orders
from engine.topics.backpropagation.step_sizes import u_curve


def walked(view):
    """Slopes by name of a variable or a defined value, and all of both passes."""
    graph = view.graph.graph
    found = passes(graph, view.graph.numbers, view.graph.end)
    named = {v.name: found.slope[at] for at, v in enumerate(graph.vertices) if v.name}
    return graph, found, named


def test_four_patterns_in_one_graph(view):
    _, found, slope = walked(view)
    assert found.value[view.graph.end] == -20
    assert slope == {"x": -8, "y": 6, "z": 2, "w": 0}
    x, y, z, w = view.graph.numbers
    assert slope["x"] == 2 * y and slope["y"] == 2 * x and z > w


def test_who_gets_the_slope(view):
    _, _, slope = walked(view)
    _, _, z, w = view.graph.numbers
    assert w == 5 > z == 2
    assert slope["z"] == 0 and slope["w"] == 2


def test_one_weight_16_minus_16_2_6(view):
    _, found, slope = walked(view)
    assert found.value[view.graph.end] == 16
    assert slope["w"] == -16
    assert view.graph.numbers[0] - 0.1 * slope["w"] == pytest.approx(2.6)


def test_used_three_times(view):
    graph, found, slope = walked(view)
    x = graph.at("x")
    back = [
        found.sent[at][k]
        for at, vertex in enumerate(graph.vertices)
        for k, i in enumerate(vertex.inputs)
        if i == x
    ]
    assert sorted(back) == [1, 3, 3] and slope["x"] == 7


def test_a_chain_multiplies(view):
    graph, found, slope = walked(view)
    product, way = 1.0, []
    at = view.graph.end
    while graph.vertices[at].name != "t2":  # a chain: one of each gate's inputs leads on
        inputs = graph.vertices[at].inputs
        behind = [i for i in inputs if leads(graph, i, graph.at("t2"))]
        assert len(behind) == 1
        way.append(found.local[at][inputs.index(behind[0])])
        product *= way[-1]
        at = behind[0]
    assert slope["t2"] == pytest.approx(product, rel=1e-12)
    bends = [found.local[at][0] for at, v in enumerate(graph.vertices) if v.gate == "tanh"]
    assert max(bends) < 1


def leads(graph, start, end):
    return start == end or any(leads(graph, i, end) for i in graph.vertices[start].inputs)


def test_eight_units_two_outputs(view):
    graph, _, slope = walked(view)
    assert [graph.label(at) for at in graph.outputs] == ["h8", "h4"]

    def ways(at, end):
        if at == end:
            return [()]
        return [
            (graph.vertices[at].name, *rest)
            for i in graph.vertices[at].inputs
            for rest in ways(i, end)
        ]

    (way,) = ways(view.graph.end, graph.at("t3"))
    assert [name for name in way if name] == ["h8", "h7", "h6", "h3"]
    assert slope["t4"] == 0 and slope["t3"] != 0


def test_where_it_breaks(view):
    graph, found, _ = walked(view)
    ((at, text),) = found.trouble.items()
    assert graph.vertices[at].gate == "/" and "zero" in text
    healed = view.with_("graph.values", (2.0, 1.0)).graph
    assert passes(graph, healed.numbers, healed.end).finite


def mistaken(view):
    """Broken slopes, and the wrong ones of them by label."""
    graph = view.graph.graph
    found = broken(graph, view.graph.numbers, view.graph.end, view.broken)
    wrong = {graph.label(at) for at, v in enumerate(graph.vertices) if v.varies and found.wrong(at)}
    return graph, found, wrong


def test_overwritten_not_added(view):
    graph, found, wrong = mistaken(view)
    x = graph.at("x")
    assert wrong == {"x"} and (found.right.slope[x], found.slope[x]) == (7, 3)


def test_a_chain_hides_the_mistake(view):
    graph, _, wrong = mistaken(view)
    assert view.broken.forget and not wrong
    assert max(graph.users(at) for at in range(len(graph.vertices))) == 1


def test_backward_twice_in_torch(view):
    _, found, _ = mistaken(view)
    moving = [at for at, slope in enumerate(found.right.slope) if slope]
    assert {found.factor(at) for at in moving} == {2}
    assert found.same_gap == 0


def test_backward_twice_in_the_nodes(view):
    graph, found, _ = mistaken(view)
    factors = {graph.label(at): found.factor(at) for at in found.order}
    assert factors == {"^2": 1, "−": 2, "×": 3}
    assert [found.factor(graph.at(name)) for name in ("w", "x", "y")] == [4, 4, 3]


def test_a_detached_unit(view):
    graph, found, wrong = mistaken(view)
    assert graph.label(found.detached) == "h6"
    slope = {name: found.slope[graph.at(name)] for name in graph.variables}
    assert slope["t6"] == slope["t3"] == 0 and {"t6", "t3", "t2"} <= wrong
    assert slope["t2"] != 0 and found.same_gap < 1e-12


def test_passed_on_too_early(view):
    graph, _, wrong = mistaken(view)
    users = [v for v in graph.vertices if any(graph.vertices[i].name == "h2" for i in v.inputs)]
    assert len(users) == 2
    assert wrong == {"t2", "x", "×"}  # the product is the sum inside h2


def shown(view):
    return {one.name: one for one in walk(view.layers).quantities}


def test_the_equations_of_a_2_3_2_network(view):
    assert view.layers.widths == (2, 3, 2)
    found = shown(view)
    assert found["W₂"].value.shape == found["W₂"].slope.shape == (2, 3)
    assert walk(view.layers).worst < 1e-12


def test_a_dead_unit_stops_the_slope(view):
    """Over seeds: some unit is off in each."""
    for seed in range(5):
        found = shown(view.with_("layers.seed", seed))
        off = np.concatenate([found[name].value[:, 0] < 0 for name in ("u₁", "u₂")])
        assert off.any()
        for layer in "₁₂":
            off = found[f"u{layer}"].value[:, 0] < 0
            assert not found[f"z{layer}"].value[off].any()
            assert not found[f"u{layer}"].slope[off].any()
            assert not found[f"W{layer}"].slope[off].any()


def test_twelve_layers_cut_in_four(view):
    found = memory(view.layers)
    assert view.layers.cuts == 4 and found.peaks[2] == found.peaks[3] == min(found.peaks)
    assert found.peak == found.peaks[3] == found.whole / 2
    assert found.peaks[11] == found.peaks[0] == found.whole
    assert 0.2 < found.again / (3 * found.forward) < 0.3


def test_gelu_keeps_twice_as_much(view):
    tanh = memory(view.with_("layers.activation", "tanh").layers)
    assert 1.8 < sum(memory(view.layers).measured) / sum(tanh.measured) <= 2


def test_most_slopes_are_zero(view):
    found = {one.layer: one for one in jacobians(view.chain)}
    share = {name: one.filled / one.matrix.size for name, one in found.items()}
    assert max(share[name] for name in ("convolution", "relu", "max_pooling")) <= 0.3
    assert share["linear"] == share["softmax"] == 1
    layers = list(found.values())[:-1]
    assert sum(one.filled for one in layers) < sum(one.matrix.size for one in layers) / 2


def test_softmax_rows_add_up_to_zero(view):
    softmax = jacobians(view.chain)[4].matrix
    assert softmax.shape == (8, 8)
    assert np.abs(softmax.sum(0)).max() < 1e-12 and np.abs(softmax.sum(1)).max() < 1e-12
    assert (np.diag(softmax) > 0).all() and (softmax - np.diag(np.diag(softmax)) <= 0).all()


def test_the_vector_first(view):
    found = orders(view.products)
    few, many = counted(view.products.depth, 256)
    assert many / few > 100 and found.seconds[1][-1] > 3 * found.seconds[0][-1]
    assert found.gap < 1e-12


def test_forward_or_reverse(view):
    found = modes(view.products)
    assert found.crossing(seconds=False) == 1
    forward, reverse = found.seconds
    assert reverse[0] < forward[0] and forward[-1] < reverse[-1]


def test_a_right_gradient(view):
    found = check(view.check)
    assert view.check.parameters == 215
    assert not found.wrong and found.median < 1e-9
    curve = u_curve(view.check)
    assert curve.best("float32", "central")[0] > 30 * curve.best("float64", "central")[0]


def test_a_forgotten_factor(view):
    """Over seeds."""
    for seed in range(5):
        found = check(view.check.with_("seed", seed))
        assert {layer for layer, _ in found.wrong} == {1, 2}
        assert max(found.distance[2]) < 1e-7


def test_a_wrong_sign_in_one_bias(view):
    found = check(view.check)
    assert found.wrong == [(1, "biases")]
    assert found.error[0][:, -1].min() > 1 > 1e-4 > np.median(found.error[0][:, :-1])


def test_kinks_raise_a_false_alarm(view):
    found, small = check(view.check), check(view.check.with_("step", 1e-6))
    crossed = np.concatenate([part.ravel() for part in found.crossed])
    error = np.concatenate([part.ravel() for part in found.error])
    assert found.wrong and crossed.any()
    assert np.median(error[crossed]) > 10 * np.median(error[~crossed])
    assert not small.wrong and not any(part.any() for part in small.crossed)


def test_single_precision_is_too_coarse(view):
    assert check(view.check).wrong
    assert not check(view.check.with_("precision", "float64")).wrong


def test_the_kernel_turns_round(view):
    config = view.kernels
    found = backwards(config)
    first = found.spread[: config.reach, : config.reach]
    assert np.argwhere(first).tolist() == [[2, 2]]
    assert found.flipped[2, 2] == config.filter[0, 0]
    assert found.input.formula[0, 0] == config.filter[0, 0] * config.arriving[0, 0]
    assert max(found.input.worst(), found.filter.worst()) < 1e-10


def test_stride_two_leaves_holes(view):
    config = view.kernels
    found = backwards(config)
    inner = found.spread[2:-2, 2:-2]
    assert not inner[1::2].any() and not inner[:, 1::2].any()
    feeds = {c: sum(c in cells for cells in found.routes.values()) for c in [(3, 3), (2, 2)]}
    assert config.size == 7 and feeds == {(3, 3): 1, (2, 2): 4}


def test_a_maximum_routes(view):
    config = view.kernels
    found = backwards(config)
    for (p, q), cells in found.routes.items():
        got = [found.input.formula[cell] for cell in cells]
        assert sum(map(bool, got)) == bool(config.arriving[p, q])
        assert sum(got) == config.arriving[p, q]
    assert found.input.worst(found.tied) < 1e-10


def test_an_average_spreads(view):
    config = view.kernels
    found = backwards(config)
    for (p, q), cells in found.routes.items():
        assert [found.input.formula[cell] for cell in cells] == [config.arriving[p, q] / 4] * 4


def test_one_step_of_a_trained_network(view):
    graph, found, slope = walked(view)
    assert view.fold and slope["p"] == pytest.approx(-1.19, abs=0.01)
    small, same = folded(graph, found)
    assert [v.name for v in small.vertices if v.inputs][:3] == ["h1", "h2", "p"]
    named = {v.name: same.slope[at] for at, v in enumerate(small.vertices) if v.name}
    assert named == pytest.approx({name: slope[name] for name in named})
    assert len(graph.vertices) > 2 * len([v for v in small.vertices if v.inputs])


def test_find_the_slope_yourself(view):
    _, found, slope = walked(view)
    assert view.quiz and found.finite and all(slope.values())
