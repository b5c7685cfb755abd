"""Figures of the Activations page: names, axes with units, and the values that went in."""

import numpy as np
import pytest

from dashboard.activations.figures import curves as curves_figures
from dashboard.activations.figures import dead as dead_figures
from dashboard.activations.figures import linear as linear_figures
from dashboard.activations.figures import neuron as neuron_figures
from dashboard.activations.figures import runs as runs_figures
from dashboard.activations.figures import signal as signal_figures
from dashboard.activations.figures import squares as squares_figures
from engine.topics.activations.deep_linear import DeepLinearConfig, deep_linear
from engine.topics.activations.gallery import GalleryConfig, curves
from engine.topics.activations.histogram import Histogram
from engine.topics.activations.neuron import NeuronConfig, neuron
from engine.topics.activations.signal import SignalConfig, signal
from engine.topics.activations.softmax import SoftmaxConfig, softmax


def test_every_function_stands_above_its_derivative_in_one_colour() -> None:
    found = curves(GalleryConfig(shown=("relu", "tanh")), 101)
    figure = curves_figures.pair(found, [1, 2])
    above, below = figure.data[0::2], figure.data[1::2]
    for i, (value, slope) in enumerate(zip(above, below, strict=True)):
        np.testing.assert_allclose(value.y, found.value[i], atol=1e-6)
        drawn = np.isfinite(slope.y)  # no line stands where a slope jumps
        np.testing.assert_allclose(slope.y[drawn], found.derivative[i][drawn], atol=1e-6)
        assert (~drawn).sum() == (found.ids[i] == "relu")
        assert value.line.color == slope.line.color
        assert value.yaxis != slope.yaxis
    assert {axis.title.text for axis in figure.select_yaxes()} == {"output φ", "derivative φ′"}


def test_a_bias_is_told_on_the_input_axis() -> None:
    found = curves(GalleryConfig(shown=("relu",), bias=2.0), 11)
    figure = curves_figures.pair(found, [0], 2.0)
    assert "+2" in [axis.title.text for axis in figure.select_xaxes()][-1]


def test_softmax_shows_the_plain_probabilities_only_beside_others() -> None:
    for temperature, bars in ((1.0, 1), (3.0, 2)):
        config = SoftmaxConfig(temperature=temperature)
        found = softmax(config)
        figure = curves_figures.softmax(config, found, found.probabilities)
        assert [trace.type for trace in figure.data].count("bar") == bars
        heat = figure.data[-1]
        assert heat.zmin == -heat.zmax, "slopes have a sign: the scale is symmetric"


def test_the_neuron_tells_every_value_and_every_gradient() -> None:
    config = NeuronConfig()
    found = neuron(config)
    told = " ".join(note.text for note in neuron_figures.graph(config, found).layout.annotations)
    for value in (*found.inputs, *found.weights, found.slope):
        assert f"{value:.3g}" in told
    assert f"z = {found.sum:.4g}" in told
    assert f"y = {found.output:.4g}" in told


def test_violins_are_as_wide_as_the_root_of_their_counts() -> None:
    edges = np.array([[0.0, 1.0, 2.0]])
    x, y = signal_figures.violins(Histogram(np.array([[4.0, 1.0]]), edges))
    widths = 1 - x[:2]
    np.testing.assert_allclose(widths, [signal_figures.HALF, signal_figures.HALF / 2])
    np.testing.assert_allclose(y[:2], [0.5, 1.5])
    _, own = signal_figures.violins(Histogram(np.array([[4.0, 1.0]]), edges), np.array([0.5]))
    np.testing.assert_allclose(own[:2], [1.0, 3.0])


def test_signals_are_drawn_on_log_axes_beside_theory() -> None:
    answer = signal(SignalConfig(depth=4, width=16, batch=16))
    figure = signal_figures.layers(answer.signal, answer.signal, answer.theory)
    named = {trace.name: trace for trace in figure.data if trace.name}
    np.testing.assert_allclose(named["signal, after the activation"].y, answer.signal.std)
    np.testing.assert_allclose(
        named["signal before the activation, by theory"].y, answer.theory.std
    )
    np.testing.assert_allclose(named["gradient, by theory"].y[-1], answer.signal.gradient[-1])
    kinds = [axis.type for axis in figure.select_yaxes()]
    assert kinds.count("log") == 2


def test_a_signal_of_zero_is_left_out_of_a_log_axis() -> None:
    answer = signal(SignalConfig.read({"initialiser": "zeros", "depth": "3", "width": "8"})[0])
    figure = signal_figures.layers(answer.signal, answer.signal, None)
    drawn = next(trace for trace in figure.data if trace.name == "signal, after the activation")
    assert np.isnan(drawn.y).all()


def test_the_map_is_symmetric_and_says_what_has_no_number() -> None:
    decades = np.array([[1.5, -7.0], [np.inf, np.nan]])
    figure = signal_figures.pairs(decades, ["a", "b"], ["c", "d"], (0, 1))
    (heat,) = figure.data
    assert heat.zmin == -heat.zmax
    assert [list(row) for row in heat.text] == [["+1.5", "−7.0"], ["all", "–"]]
    assert [[list(cell) for cell in row] for row in heat.customdata] == [
        [["a", "c"], ["a", "d"]], [["b", "c"], ["b", "d"]]
    ]  # fmt: skip


def test_the_product_of_matrices_is_shown_with_its_rank() -> None:
    found = deep_linear(DeepLinearConfig(narrowest=3))
    figure = linear_figures.product(found)
    named = {trace.name: trace for trace in figure.data if trace.name}
    assert len(named["counts to the rank"].x) == 3
    assert len(named["rounding"].x) == 9
    points = named["an output"]
    np.testing.assert_allclose(points.x, points.y, rtol=1e-4, atol=1e-5)


def test_bands_are_from_lowest_to_highest_and_runs_without_values_leave_gaps() -> None:
    table = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, np.nan]])
    updates = np.array([0, 10])
    figure = runs_figures.panels("p", {"loss": {"a": table}}, updates, steps=10)
    band, line = figure.data
    assert line.y[0] == 2
    assert np.isnan(line.y[1])
    assert (band.y[0], band.y[-1]) == (3, 1)
    assert figure.layout.xaxis.title.text == "updates"


def test_answers_and_readouts_have_a_panel_for_each_activation() -> None:
    truth = np.array([0.0, 1, 2])
    figure = squares_figures.answers(truth, {"ReLU": truth, "Linear": truth * 0 + 1}, 1.0)
    points = [trace for trace in figure.data if trace.name == "an image"]
    np.testing.assert_allclose(points[1].y, [1, 1, 1])
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([-0.5, 0.25])
    (trace,) = squares_figures.readouts({"ReLU": (a, b)}, 1).data
    np.testing.assert_allclose(trace.x, [1, 3])
    np.testing.assert_allclose(trace.marker.color, [-1, 0.5])


def test_dead_units_have_a_board_for_each_layer_and_arm() -> None:
    dead = np.zeros((2, 6, 4), bool)
    dead[1, 3:] = True
    figure = dead_figures.units(dead, ["stays", "leaks"], 3)
    assert [int(trace.z.sum()) for trace in figure.data] == [0, 0, 0, 12]


@pytest.mark.parametrize("id", ["relu", "leaky_relu", "hard_tanh", "step", "gelu", "softplus"])
def test_no_line_is_drawn_where_a_slope_jumps(id: str) -> None:
    found = curves(GalleryConfig(shown=(id,)), 401)
    slope = curves_figures.parted(id, found.derivative[0])
    gaps = int(np.isnan(slope).sum())
    assert gaps == {"relu": 1, "leaky_relu": 1, "hard_tanh": 2}.get(id, 0)
    value = curves_figures.parted(id, found.value[0])
    assert int(np.isnan(value).sum()) == (id == "step")
