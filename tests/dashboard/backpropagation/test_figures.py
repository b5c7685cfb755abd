"""Figures of the Backpropagation page: where nodes stand, and what each moment of a film holds."""

import numpy as np
import pytest

from dashboard.backpropagation.figures import broken as broken_figures
from dashboard.backpropagation.figures import check as check_figures
from dashboard.backpropagation.figures import graph as graph_figures
from dashboard.backpropagation.figures import jacobians as jacobians_figures
from dashboard.backpropagation.figures import kernels as kernels_figures
from dashboard.backpropagation.figures import layers as layers_figures
from dashboard.backpropagation.figures.layered import layered
from engine.topics.backpropagation.broken import BreakConfig, broken
from engine.topics.backpropagation.expression import EXAMPLES, ExpressionConfig
from engine.topics.backpropagation.gradient_check import CheckConfig, check
from engine.topics.backpropagation.jacobians import ChainConfig, jacobians
from engine.topics.backpropagation.kernels import KernelConfig, backwards
from engine.topics.backpropagation.layers import LayersConfig, walk
from engine.topics.backpropagation.memory import memory
from engine.topics.backpropagation.passes import passes
from engine.topics.backpropagation.product_costs import Costs
from engine.topics.backpropagation.step_sizes import u_curve


def film_of(id):
    config = ExpressionConfig(example=id)
    graph = config.graph
    found = passes(graph, config.numbers, config.end)
    return graph, found, graph_figures.film(graph, found).to_dict()


@pytest.mark.parametrize("id", EXAMPLES)
def test_nodes_stand_behind_what_they_need_and_apart_from_each_other(id):
    graph = ExpressionConfig(example=id).graph
    where = layered([vertex.inputs for vertex in graph.vertices])
    for at, vertex in enumerate(graph.vertices):
        assert all(where.nodes[i][0] < where.nodes[at][0] for i in vertex.inputs)
    for a, one in enumerate(where.nodes):
        for other in where.nodes[:a]:
            assert one[0] != other[0] or abs(one[1] - other[1]) > 0.999
    for (node, number), way in where.edges.items():
        assert way[-1] == where.nodes[node]
        assert way[0] == where.nodes[graph.vertices[node].inputs[number]]


def test_two_edges_between_the_same_nodes_are_seen_as_two():
    where = layered([[], [0, 0]])
    assert where.edges[1, 0] != where.edges[1, 1]


def test_a_film_has_a_frame_a_gate_each_way():
    graph, _, film = film_of("gates")
    gates = sum(bool(vertex.inputs) for vertex in graph.vertices)
    labels = film["layout"]["meta"]["film"]["labels"]
    assert len(film["frames"]) == len(labels) == 1 + gates + 1 + gates
    assert "3 × (−4) = −12" in labels[1]
    assert "−8 to x" in labels[-1] and "6 to y" in labels[-1]


def test_slopes_add_up_as_they_arrive():
    _, _, film = film_of("twice")
    slopes = [frame["data"][-2]["text"][0] for frame in film["frames"]]
    assert slopes[0] == "" and slopes[-2:] == ["1", "1 + 3 + 3 = 7"]


def test_only_gates_that_were_reached_have_values():
    graph, _, film = film_of("weight")
    first, last = film["frames"][0]["data"], film["frames"][-1]["data"]
    assert sum(map(bool, first[-3]["text"])) == len(graph.variables)
    assert last[-3]["text"][-1] == "16" and last[-2]["text"][0] == "−16"


def test_the_node_of_a_trouble_is_marked():
    _, found, film = film_of("zero")
    (at,) = found.trouble
    assert "✕" in film["data"][-3]["text"][at]
    rings = film["data"][-4]["marker"]["line"]["width"]
    assert rings[at] > rings[0]
    assert "division by zero" in film["data"][-4]["hovertext"][at]


def test_errors_are_drawn_as_powers_of_ten_and_kinks_as_crosses():
    config = CheckConfig(activation="relu", step=0.03)
    found = check(config)
    figure = check_figures.maps(found)
    assert [trace.type for trace in figure.data] == ["heatmap", "scatter"] * 3
    for part, crossed, heat, marks in zip(
        found.error, found.crossed, figure.data[::2], figure.data[1::2], strict=True
    ):
        seen = part > 1e-12
        np.testing.assert_allclose(np.array(heat.z)[seen], np.log10(part[seen]))
        assert len(marks.x) == crossed.sum()


def test_the_curves_name_precision_and_scheme_and_mark_the_step():
    config = CheckConfig(step=1e-4)
    figure = check_figures.curves(u_curve(config), config)
    assert [trace.name for trace in figure.data] == [
        "float32, forward", "float32, central", "float64, forward", "float64, central"
    ]  # fmt: skip
    assert figure.layout.shapes[0].x0 == 1e-4
    assert figure.layout.annotations[0].x == pytest.approx(-4)
    assert figure.layout.xaxis.title.text == "step h"


@pytest.mark.parametrize("op", ["convolution", "max", "average"])
@pytest.mark.parametrize("way", ["gather", "hand"])
def test_a_film_of_windows_ends_at_the_slopes(op, way):
    config = KernelConfig(op=op, way=way, stride=2, size=6)
    found = backwards(config)
    film = kernels_figures.film(config, found).to_dict()
    handed = op == "max" or way == "hand"
    assert len(film["frames"]) == (config.outputs**2 if handed else config.size**2)
    last = np.array(film["frames"][-1]["data"][0]["z"])
    np.testing.assert_allclose(last, found.input.formula, atol=1e-12)
    np.testing.assert_array_equal(np.array(film["data"][1]["z"]), last)


def test_ties_are_marked_in_every_way_and_nowhere_else():
    tie = KernelConfig(op="max", size=2, kernel=2, pixels=(1, 7, 7, 2))
    figure = kernels_figures.three(backwards(tie)).to_dict()
    assert [trace["type"] for trace in figure["data"]] == ["heatmap"] * 3
    assert len(figure["layout"]["shapes"]) == 6
    other = kernels_figures.three(backwards(KernelConfig())).to_dict()
    assert not other["layout"].get("shapes")


def test_wrong_slopes_are_crossed_out_with_their_factor():
    config = ExpressionConfig(example="weight")
    found = broken(config.graph, config.numbers, config.end, BreakConfig(detached=4))
    *_, nodes, right, wrong, cut = broken_figures.graph(config.graph, found).to_dict()["data"]
    assert nodes["text"][:3] == ("w", "x", "y") or nodes["text"][:3] == ["w", "x", "y"]
    assert right["text"][0] == "−16" and wrong["text"][0] == "<b>✕ 0</b> ×0"
    assert wrong["text"][-1] == "✓" and cut["text"].count("✂") == 2


def test_a_slope_stands_below_its_value():
    found = walk(LayersConfig())
    figure = layers_figures.values(found)
    half = len(figure.data) // 2
    titles = [note.text for note in figure.layout.annotations]
    assert titles[half:] == [f"∂y/∂{title}" for title in titles[:half]]
    for one, value, slope in zip(
        found.quantities, figure.data[:half], figure.data[half:], strict=True
    ):
        assert np.array_equal(value.z, one.value) and np.array_equal(slope.z, one.slope)


def test_memory_is_drawn_as_it_was_measured():
    config = LayersConfig(widths=(8,) * 6, segments=3)
    found = memory(config)
    inputs, own, measured, peaks, mine = layers_figures.kept(config, found).data
    assert [a + b for a, b in zip(inputs.y, own.y, strict=True)] == list(measured.y)
    assert list(peaks.y) == [size / 1024 for size in found.peaks]
    assert (mine.x[0], mine.y[0]) == (3, found.peak / 1024)


def test_each_jacobian_is_drawn_on_its_own_scale_and_read_in_its_own_numbers():
    found = jacobians(ChainConfig())
    figure = jacobians_figures.maps(found)
    for one, drawn in zip(found, figure.data, strict=True):
        assert np.abs(drawn.z).max() == pytest.approx(1)
        assert np.array_equal(drawn.customdata, one.matrix)
    assert figure.layout.annotations[0].text.endswith("10 × 12")


def test_costs_are_milliseconds_and_ratios_are_fractions():
    places, ones = np.array([0.25, 0.5, 1.0, 2.0]), np.ones(4)
    costs = Costs(places, (ones, 2 * ones), (ones, 3 * ones), 0.0)
    figure = jacobians_figures.costs(costs, "bp_modes", ("a", "b"), "outputs / inputs")
    assert [trace.y[0] for trace in figure.data] == [1, 2, 1000, 3000]
    assert figure.layout.xaxis.ticktext == ("1/2", "2")
