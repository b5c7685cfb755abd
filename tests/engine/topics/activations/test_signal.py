"""Do signals in deep networks have the strength that theory gives them, where it gives one?"""

import math

import numpy as np
import pytest
import torch

from engine.config import sentences
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS
from engine.nn.layers import Layers
from engine.runs.events import Checkpoint, Diverged, Done, Frame, Metrics, Paused
from engine.topics.activations.health import _state, decades, health
from engine.topics.activations.histogram import histogram
from engine.topics.activations.mean_field import gains, moments
from engine.topics.activations.profile import of_arrays, profile
from engine.topics.activations.signal import SignalConfig, examples, likeness, network, signal
from engine.topics.activations.signal_map import BATCH, DEPTH, WIDTH, cell, signal_map, smaller
from engine.topics.activations.signal_run import SignalRun

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "activation", ["linear", "relu", "leaky_relu", "tanh", "logistic", "selu", "gelu", "elu"]
)
@pytest.mark.parametrize("gain", ["published", "matched"])
def test_strengths_follow_the_theory(activation, gain):
    """Mean over seeds: at width n the logarithm wanders by about √(5 / 4n) a layer."""
    forth, back = [], []
    for seed in range(4):
        found = signal(
            SignalConfig(
                activation=activation,
                initialiser="lecun_normal",
                gain=gain,
                depth=15,
                width=256,
                batch=64,
                seed=seed,
            )
        )
        forth.append(np.log(found.signal.before / found.theory.std))
        relative = found.signal.gradient / found.signal.gradient[-1]
        back.append(np.log(relative / found.theory.gradient))
    np.testing.assert_allclose(np.mean(forth, 0), 0, atol=0.4)
    np.testing.assert_allclose(np.mean(back, 0), 0, atol=0.4)


@pytest.mark.parametrize("norm", ["layer", "batch"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_normalised_strengths_follow_the_theory(activation, norm):
    found = signal(
        SignalConfig(activation=activation, normalisation=norm, depth=15, width=256, batch=512)
    )
    np.testing.assert_allclose(found.signal.before, 1, rtol=0.02)
    back = found.signal.gradient / found.signal.gradient[-1]
    np.testing.assert_allclose(np.log(back / found.theory.gradient), 0, atol=0.35)


def test_normalising_over_the_batch_makes_relu_explode_by_pi_over_pi_minus_one():
    theory = signal(SignalConfig(activation="relu", normalisation="batch", depth=3)).theory
    np.testing.assert_allclose(theory.backward**2, math.pi / (math.pi - 1), rtol=1e-4)


def over_seeds(seeds=6, **knobs):
    """Mean over seeds of log10(std given to layer 50 / to layer 1)."""
    shape = {"depth": 50, "width": 256, "batch": 32}
    found = [
        health(profile(network(c), *examples(c, 32, "probe"))).signal_decades
        for seed in range(seeds)
        for c in [SignalConfig(seed=seed, **shape, **knobs)]
    ]
    return np.mean(found), np.std(found) / math.sqrt(seeds)


def test_xavier_and_he_keep_the_strength_over_fifty_layers_where_theory_says_so():
    """Within 10 %, and what six seeds leave open: a wide layer of random weights wanders."""
    mean, error = over_seeds(activation="relu", initialiser="he_normal")
    assert abs(mean) < 3 * error + math.log10(1.1) and abs(mean) < 0.3
    mean, error = over_seeds(activation="linear", initialiser="xavier_normal")
    assert abs(mean) < 3 * error + math.log10(1.1)
    mean, _ = over_seeds(seeds=2, activation="linear", initialiser="orthogonal")
    assert abs(mean) < math.log10(1.1)
    tanh = SignalConfig(activation="tanh", initialiser="lecun_normal", gain="matched", depth=50)
    strength = signal(tanh.with_("width", 256)).signal.before
    np.testing.assert_allclose(strength[5:], 1, rtol=0.1)  # whatever the first layer was given


def test_the_wrong_rule_loses_or_inflates_the_signal_as_theory_says():
    mean, _ = over_seeds(seeds=2, activation="relu", initialiser="xavier_normal")
    assert mean == pytest.approx(-49 * math.log10(math.sqrt(2)), abs=0.6)
    mean, _ = over_seeds(seeds=2, activation="linear", initialiser="he_normal")
    assert mean == pytest.approx(49 * math.log10(math.sqrt(2)), abs=0.6)
    mean, _ = over_seeds(seeds=1, activation="tanh", initialiser="normal")
    assert mean == pytest.approx(49 * math.log10(0.16), abs=0.6)


@pytest.mark.parametrize(
    ("knobs", "state"),
    [
        ({"activation": "relu", "initialiser": "he_normal"}, "healthy"),
        ({"activation": "logistic", "initialiser": "xavier_normal"}, "vanishing"),
        ({"activation": "linear", "initialiser": "he_normal", "factor": 2}, "exploding"),
        ({"activation": "step", "initialiser": "he_normal"}, "no gradient"),
        ({"activation": "relu", "initialiser": "zeros"}, "no gradient"),
        ({"activation": "tanh", "initialiser": "normal", "depth": 50}, "vanishing"),
    ],
)
def test_the_verdict(knobs, state):
    assert signal(SignalConfig(**knobs)).health.state == state


def test_theory_says_nothing_of_weights_that_are_all_the_same():
    for rule in ("zeros", "constant"):
        assert signal(SignalConfig(initialiser=rule, depth=3)).theory is None


def test_gains_for_relu_are_equal_both_ways_and_for_tanh_are_not():
    relu = gains(ACTIVATIONS["relu"](), 0.125, 64)
    assert relu.present == 1
    assert relu.forward == pytest.approx(math.sqrt(2), abs=1e-5)
    assert relu.backward == pytest.approx(math.sqrt(2), abs=1e-5)
    tanh = gains(ACTIVATIONS["tanh"](), 0.125, 64)
    assert tanh.forward == pytest.approx(ACTIVATIONS["tanh"]().exact_gain(), rel=1e-6)
    assert tanh.backward < tanh.forward - 0.1
    assert gains(ACTIVATIONS["step"](), 0.125, 64).backward is None


def test_moments_of_relu_by_hand():
    found = moments(ACTIVATIONS["relu"](), 4.0)
    assert found.mean == pytest.approx(2 / math.sqrt(2 * math.pi), rel=1e-4)
    assert found.square == pytest.approx(2, rel=1e-4)
    assert found.slope == pytest.approx(0.5, abs=1e-9)


def test_a_matched_gain_is_the_same_for_every_scaled_rule():
    stds = {
        round(SignalConfig(initialiser=id, gain="matched", activation="tanh").weight_std(), 9)
        for id, rule in INITIALISERS.items()
        if rule.scaled
    }
    assert stds == {round(ACTIVATIONS["tanh"]().exact_gain() / math.sqrt(128), 9)}


def test_gradients_are_those_of_autograd_on_the_plain_network():
    config = SignalConfig(depth=3, width=16, batch=16, activation="gelu", normalisation="layer")
    model = network(config).double()
    x, y = examples(config, 16, "probe")
    loss = torch.nn.functional.cross_entropy(model(x.double()), y)
    loss.backward()
    found = profile(model, x, y)
    assert found.loss == pytest.approx(loss.item())
    for layer, expected in enumerate(found.weight_gradient, 1):
        assert model.get_submodule(f"dense{layer}").weight.grad.norm() == pytest.approx(expected)


def test_first_weights_are_those_of_the_engines_networks():
    config = SignalConfig(depth=2, width=16, initialiser="orthogonal", seed=3)
    mine = network(config)
    theirs = Layers(initialiser="orthogonal").reset(network(config.with_("factor", 2.0)), 3)
    for layer in ("dense1", "dense2"):
        torch.testing.assert_close(
            mine.get_submodule(layer).weight, theirs.get_submodule(layer).weight
        )


def test_looking_leaves_the_network_as_it_was():
    config = SignalConfig(depth=2, width=16, normalisation="batch")
    model = network(config).eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    profile(model, *examples(config, 32, "probe"))
    assert not model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(p.grad is None and p.dtype == torch.float32 for p in model.parameters())


def test_dead_silent_and_saturated_units_are_counted():
    config = SignalConfig(depth=2, width=32, activation="relu", initialiser="he_normal")
    model = network(config)
    x, y = examples(config, 64, "probe")
    with torch.no_grad():
        model.get_submodule("dense2").bias[:8] = -1e3
    found = profile(model, x, y)
    assert found.dead[1] == found.silent[1] == 0.25
    assert found.saturated[1] > 0.5
    logistic = signal(SignalConfig(activation="logistic", input_scale=100, depth=2)).signal
    assert logistic.saturated[0] > 0.8 and logistic.dead[0] == 0
    assert signal(SignalConfig(activation="linear", depth=2)).signal.saturated.max() == 0


def test_counts_are_of_all_finite_values():
    values = torch.randn(3, 500, generator=torch.Generator().manual_seed(0)).double()
    values[1] = 7.0
    values[2, :10] = torch.inf
    found = histogram(values, 20)
    assert found.counts.sum(1).tolist() == [500, 500, 490]
    by_hand, _ = np.histogram(values[0].numpy(), found.edges[0])
    np.testing.assert_array_equal(found.counts[0], by_hand)
    assert (np.diff(found.edges, axis=1) > 0).all()
    np.testing.assert_allclose((found.density() * np.diff(found.edges)).sum(1), 1)
    shared = histogram(values, 20, shared=True)
    assert np.ptp(shared.edges, axis=0).max() == 0


def test_decades_know_zero_and_nothing():
    assert decades(1e-3, 1) == pytest.approx(3)
    assert decades(0, 1) == math.inf and decades(1, 0) == -math.inf
    assert math.isnan(decades(0, 0)) and math.isnan(decades(math.nan, 1))
    assert decades(1, math.inf) == math.inf and decades(math.inf, 1) == -math.inf


@pytest.mark.parametrize(
    ("start", "end", "state"),
    [
        (0.0, 0.0, "no gradient"),
        (math.inf, math.inf, "overflow"),
        (math.nan, 1.0, "overflow"),
        (1.0, math.inf, "exploding"),
        (math.inf, 1.0, "vanishing"),
        (0.0, 1.0, "exploding"),
        (1.0, 0.0, "vanishing"),
        (0.003, 0.3, "exploding"),  # a factor of 100, whose logarithms differ by 1.9999999999999998
        (7e-5, 7e-3, "exploding"),
        (0.9, 0.009, "vanishing"),
        (0.011, 1.0, "healthy"),
    ],
)
def test_too_large_for_a_number_is_not_nothing(start, end, state):
    assert _state(start, end) == state


@pytest.mark.parametrize(
    "activation", ["linear", "relu", "absolute", "elu", "gelu", "silu", "mish"]
)
def test_a_signal_whose_squares_are_too_large_for_a_number_explodes_both_ways(activation):
    weights = INITIALISERS["normal"](std=10)
    found = signal(
        SignalConfig(
            depth=50, width=256, batch=16, activation=activation, initialiser=weights, factor=10
        )
    )
    assert found.health.state == found.health.forward == "exploding"
    back = found.signal.gradient / found.signal.gradient[-1]
    np.testing.assert_allclose(np.log10(found.signal.before / found.theory.std), 0, atol=1.5)
    np.testing.assert_allclose(np.log10(back / found.theory.gradient), 0, atol=1.5)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "gelu"])
def test_a_signal_whose_squares_are_too_small_for_a_number_vanishes_both_ways(activation):
    weights = INITIALISERS["normal"](std=1e-3)
    found = signal(
        SignalConfig(
            depth=50, width=32, batch=16, activation=activation, initialiser=weights, factor=0.1
        )
    )
    assert found.health.state == found.health.forward == "vanishing"
    assert 150 < found.health.gradient_decades < 190
    np.testing.assert_allclose(np.log10(found.signal.before / found.theory.std), 0, atol=3)


@pytest.mark.parametrize("norm", ["none", "layer", "batch"])
@pytest.mark.parametrize("gain", ["published", "matched"])
def test_the_map_is_what_single_networks_measure(norm, gain):
    asked = SignalConfig(
        depth=6, width=32, batch=64, normalisation=norm, gain=gain, activation="elu", seed=4
    )
    found = signal_map(asked.with_("activation.alpha", 2.0))
    for act, rule in [
        ("elu", "he_uniform"),
        ("relu", "orthogonal"),
        ("prelu", "torch_default"),
        ("mish", "xavier_normal"),
        ("step", "he_normal"),
    ]:
        one = signal(cell(found.config, act, rule)).health
        at = found.activations.index(act), found.initialisers.index(rule)
        assert found.gradient[at] == pytest.approx(one.gradient_decades, abs=1e-4, nan_ok=True)
        assert found.signal[at] == pytest.approx(one.signal_decades, abs=1e-4, nan_ok=True)


def test_a_map_is_made_smaller_where_it_would_take_too_long():
    small = smaller(SignalConfig(depth=50, width=256, batch=512))
    assert (small.depth, small.width, small.batch) == (DEPTH, WIDTH, BATCH)


def test_a_depth_out_of_range_is_refused_with_a_sentence():
    found, problems = SignalConfig.read({"depth": "51", "initialiser": "hee_normal"})
    assert found == SignalConfig()
    assert any("1 to 50" in text for text in problems)
    assert any("he_normal" in text for text in problems)
    with pytest.raises(ValueError) as caught:
        SignalConfig(width=1)
    assert "at least 4" in sentences(caught.value)[0]


SMALL = SignalRun(
    signal=SignalConfig(depth=4, width=32, batch=64, activation="relu", initialiser="he_normal"),
    optimizer="momentum",
    learning_rate=0.03,
    steps=60,
)


def test_training_starts_from_the_pictures_of_the_config_and_learns():
    events = list(SMALL.run(CPU))
    first = next(e for e in events if isinstance(e, Frame))
    found, alone = of_arrays(first.arrays), signal(SMALL.signal).signal
    np.testing.assert_array_equal(found.gradient, alone.gradient)
    np.testing.assert_array_equal(found.activations.counts, alone.activations.counts)
    looks = [e.values for e in events if isinstance(e, Metrics) and "loss" in e.values]
    assert looks[-1]["loss"] < 0.7 * looks[0]["loss"]
    assert isinstance(events[-1], Done)
    assert events[-1].summary["accuracy"] > 0.3


def test_a_lost_gradient_learns_nothing():
    *_, done = SMALL.with_("signal.initialiser", INITIALISERS["normal"]()).run(CPU)
    assert done.summary["accuracy"] < 0.25


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_a_paused_training_ends_where_an_uninterrupted_one_does(optimizer):
    config = SMALL.with_("optimizer", optimizer)
    *_, whole = config.run(CPU)
    first = []
    for event in config.run(CPU, until=30):
        first.append(event)
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(first[-1], Paused)
    *_, rest = config.run(CPU, start=state)
    for name, value in whole.weights.items():
        torch.testing.assert_close(rest.weights[name], value, rtol=0, atol=0)
    with pytest.raises(ValueError, match="does not fit"):
        next(config.with_("signal.width", 16).run(CPU, start=state))


def test_a_diverging_training_says_where():
    config = SMALL.with_("learning_rate", 10.0).with_("signal.activation", "linear")
    *_, last = config.run(CPU)
    assert isinstance(last, Diverged)
    assert last.where.startswith("dense") and "learning rate" in last.sentence


def test_a_last_update_that_breaks_the_signal_has_diverged():
    """The batch before it had a loss; the batch that is looked at has none any more."""
    config = SMALL.with_("learning_rate", 10.0).with_("signal.activation", "linear")
    *_, whole = config.run(CPU)
    for steps in range(max(10, whole.step - 3), whole.step + 1):
        *before, last = config.with_("steps", steps).run(CPU)
        values = [v for e in before if isinstance(e, Metrics) for v in e.values.values()]
        assert all(map(math.isfinite, values))
        if isinstance(last, Done):
            assert all(
                "loss" in e.values
                for e in before
                if isinstance(e, Metrics) and e.step == steps and "accuracy" in e.values
            )
            assert math.isfinite(last.summary["loss"])


def test_examples_grow_alike_in_a_deep_relu_network_and_not_in_a_linear_one():
    relu = SignalConfig(activation=ACTIVATIONS["relu"](), initialiser=INITIALISERS["he_normal"]())
    shallow, deep = (likeness(relu.with_("depth", depth)) for depth in (2, 50))
    assert shallow < 0.7 < 0.95 < deep <= 1
    assert signal(relu.with_("depth", 50)).signal.dead.max() > 0.2
    linear = SignalConfig(
        activation=ACTIVATIONS["linear"](), initialiser=INITIALISERS["lecun_normal"]()
    )
    assert abs(likeness(linear.with_("depth", 20))) < 0.2
