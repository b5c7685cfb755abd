"""The activations page: what its scenes claim, computed again."""

import numpy as np
import pytest

from dashboard.activations.learns import sweep_of
from engine.topics.activations.counting_findings import compared, findings
from engine.topics.activations.dead_units import ARMS
from engine.topics.activations.deep_linear import deep_linear
from engine.topics.activations.gallery import curves
from engine.topics.activations.neuron import neuron
from engine.topics.activations.signal import signal
from engine.topics.activations.softmax import softmax
from tests.scenes.ran import Ran, run


def derivatives(view):
    found = curves(view.gallery)
    return found.x, dict(zip(found.ids, found.derivative, strict=True))


def test_two_that_saturate_two_that_do(view):
    x, slopes = derivatives(view)
    assert slopes["logistic"].max() == pytest.approx(0.25)
    for id in ("logistic", "tanh"):
        assert slopes[id][np.abs(x) > 4.9].max() < 0.01
    assert set(np.unique(slopes["relu"])) == {0, 1}
    assert (
        slopes["leaky_relu"].min() == pytest.approx(view.gallery.slope)
        and slopes["leaky_relu"].max() == 1
    )


def test_the_bias_shifts_the_curve(view):
    moved, still = curves(view.gallery), curves(view.gallery.with_("bias", 0.0))
    assert view.gallery.bias == 2
    for here, there in zip(moved.value, still.value, strict=True):
        at = np.interp(moved.x[moved.x < 3] + 2, still.x, there)
        np.testing.assert_allclose(here[moved.x < 3], at, atol=1e-3)


def test_relu_and_its_smooth_relatives(view):
    found = curves(view.gallery)
    for id, value in zip(found.ids, found.value, strict=True):
        dips = value.min() < -0.01 and value[0] > value.min() + 0.01
        assert dips == (id in ("gelu", "silu", "mish")), id


def test_softmax_in_the_heat(view):
    hot, plain = softmax(view.softmax), softmax(view.softmax.with_("temperature", 1.0))
    assert view.softmax.temperature == 5 and len(view.softmax.logits) == 4
    assert hot.entropy > 0.95 * hot.most > plain.entropy * 1.2


def test_a_saturated_neuron_learns_nothing(view):
    """Whatever the inputs: over a thousand of them."""
    found = neuron(view.neuron)
    assert max(abs(found.inputs).max(), abs(found.weights).max(), abs(found.bias)) < 0.01
    draw = np.random.default_rng(0)
    for x in draw.uniform(-1, 1, (50, 3)):
        config = view.neuron.with_("inputs", tuple(x.tolist()))
        if neuron(config).sum > 3:
            assert np.abs(neuron(config).weights).max() < 0.01


def over_seeds(view, count=3):
    return [signal(view.deep.signal.with_("seed", seed)) for seed in range(count)]


def follows_theory(found, tolerance):
    """The gradient's factor a layer is that of the dashed line."""
    expected = float(np.median(found.theory.backward))
    assert found.health.gradient_factor == pytest.approx(expected, rel=tolerance)


def test_twenty_logistic_layers(view):
    for found in over_seeds(view):
        gradient = found.signal.gradient
        assert len(gradient) == 20 and (gradient[:-1] < 0.5 * gradient[1:]).all()
        follows_theory(found, 0.03)


def test_he_keeps_fifty_relu_layers_alive(view):
    for found in over_seeds(view):
        assert len(found.signal.gradient) == 50
        assert (found.health.state, found.health.forward) == ("healthy", "healthy")
        assert (
            0.97 < found.health.gradient_factor < 1.03 and 0.96 < found.health.signal_factor < 1.04
        )
        assert found.gains.forward == pytest.approx(2**0.5, abs=1e-3)
        assert found.gains.backward == pytest.approx(2**0.5, abs=1e-3)


def test_weights_too_large_tanh_saturates(view):
    for found in over_seeds(view):
        assert (found.signal.saturated > 0.5).all() and (found.signal.std > 0.85).all()
        assert found.health.state == "exploding" and found.health.forward == "healthy"


def test_batch_normalisation_and_still_it_explodes(view):
    for found in over_seeds(view):
        assert found.health.forward == "healthy" and abs(found.health.signal_decades) < 0.1
        assert found.health.state == "exploding"
        follows_theory(found, 0.02)


def test_a_bottleneck_is_for_ever(view):
    for seed in range(3):
        found = deep_linear(view.linear.with_("seed", seed))
        assert found.rank == found.most == view.linear.narrowest == 4
        assert found.rounding < 100  # and it is one matrix, up to rounding


def test_one_tanh_and_no_matrix_fits(view):
    for seed in range(3):
        found = deep_linear(view.linear.with_("seed", seed))
        linear = deep_linear(view.linear.with_("seed", seed).with_("activation", "linear"))
        assert found.unexplained > 0.02 > 1e-9 > linear.unexplained
        assert np.abs(found.stack - found.single).max() > 0.05


def accuracies(found: Ran, values: int, seeds: int):
    """(values, seeds) of the test part."""
    flat = [found.summary[f"test_accuracy:{run}"] for run in range(values * seeds)]
    return np.array(flat).reshape(values, seeds)


@pytest.mark.long
def test_eight_activations_one_network(view):
    sweep = sweep_of(view.learns)
    found = run(sweep)
    assert len({found.facts[f"order_hash:{i * sweep.seeds}"] for i in range(8)}) == 1
    reached = dict(
        zip(sweep.values, accuracies(found, len(sweep.values), sweep.seeds), strict=True)
    )
    assert len(sweep.values) == 8 and reached["linear"].max() < 0.8  # the best line gets no more
    for id in ("relu", "leaky_relu", "gelu", "absolute"):
        assert reached[id].min() > 0.95


def test_xor_with_0_1_2_4(view):
    """On the four squares: one monotone unit is a line, two get stuck, four solve it every time."""
    units = view.learns.units
    found = run(sweep_of(view.learns))
    reached = dict(zip(units, accuracies(found, len(units), view.learns.seeds), strict=True))
    assert units == (0, 1, 2, 4, 16) and reached[0].max() < 0.75 and reached[1].max() < 0.8
    assert reached[2].min() > 0.7 and reached[2].max() < 0.92
    assert min(reached[4].min(), reached[16].min()) > 0.9
    assert reached[4].min() > reached[2].max()


@pytest.mark.long
def test_counting_squares(view):
    config = view.squares
    found = run(config)
    rows = {row.activation: row for row in findings(config, found.summary, found.weights)}
    assert config.seeds == 24 and rows["linear"].constant > 0.9 and rows["linear"].r2 < 0.05
    assert rows["relu"].r2 > 0.9 and rows["absolute"].r2 > 0.8
    relu, absolute = (config.activations.index(name) for name in ("relu", "absolute"))
    less = compared(config, found.series).verdict(relu, absolute)
    assert less.real and less.difference > 0.02


@pytest.mark.long
def test_dead_from_the_start_revived(view):
    config = view.dead.with_("seeds", 6)
    found = run(config)
    arms = [range(a * config.seeds, (a + 1) * config.seeds) for a in range(len(ARMS))]
    for stays, leaks in zip(*arms, strict=True):
        steps, dead = found.series[f"dead1:{stays}"]
        same = found.series[f"dead1:{leaks}"][1]
        before = steps <= config.switch_step
        assert (dead[before] == same[before]).all() and dead[0] > 0.7  # nothing else differs
        assert found.last(f"dead2:{stays}") == 1 and found.last(f"dead2:{leaks}") == 0
        assert found.last(f"dead1:{leaks}") < found.last(f"dead1:{stays}")
        assert found.last(f"loss:{leaks}") < 0.1 < found.last(f"loss:{stays}")
