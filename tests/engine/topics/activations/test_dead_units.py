"""Do units die of a negative bias, and does a small slope bring them back, for every seed?"""

import numpy as np
import pytest
import torch

from engine.runs.events import Checkpoint, Done, Frame, Metrics, Paused
from engine.runs.work import dump, load
from engine.topics.activations.dead_units import ARMS, DeadUnits, first_weights, forward

CPU = torch.device("cpu")
SHORT = DeadUnits(data={"id": "moons", "examples": 200}, steps=300, switch=0.3, seeds=20)


def told(config):
    """{step: {series: (arms, seeds)}}, and the last event."""
    found = {}
    for event in config.run(CPU):
        if isinstance(event, Metrics):
            names = {name.split(":")[0] for name in event.values}
            found[event.step] = {
                name: np.array(
                    [event.values[f"{name}:{i}"] for i in range(len(ARMS) * config.seeds)]
                ).reshape(len(ARMS), -1)
                for name in names
            }
    return found, event


@pytest.fixture(scope="module")
def story():
    return told(SHORT)


def test_a_negative_bias_kills_units_and_their_gradient(story):
    first = story[0][0]
    assert first["dead1"].mean() > 0.6 and first["dead2"].mean() > 0.95
    healthy, _ = told(SHORT.with_("bias", 0.0).with_("steps", 10))
    assert healthy[0]["dead1"].mean() < 0.05
    assert first["gradient"].max() < healthy[0]["gradient"].min() / 10


def test_relu_stays_dead_and_leaky_revives_for_every_seed(story):
    found, done = story
    before, end = found[SHORT.switch_step], found[SHORT.steps]
    assert isinstance(done, Done)
    np.testing.assert_array_equal(found[0]["dead2"][0], end["dead2"][0])
    assert (end["dead2"][1] < before["dead2"][1] - 0.3).all()
    assert (end["loss"][1] < end["loss"][0] - 0.1).all()
    assert end["accuracy"][1].mean() > end["accuracy"][0].mean() + 0.2


def test_both_arms_are_the_same_until_the_switch(story):
    for step, series in story[0].items():
        if step < SHORT.switch_step:
            for name, values in series.items():
                assert np.array_equal(values[0], values[1]), name


def test_the_stack_computes_what_layers_compute():
    config = SHORT.with_("seeds", 2).with_("bias", -0.3)
    weights = first_weights(config, 2, 2)
    x = torch.randn(7, 2, generator=torch.Generator().manual_seed(0))
    outputs, _ = forward(weights, x, 0.2)
    for run, act in enumerate([torch.nn.ReLU()] * 2 + [torch.nn.LeakyReLU(0.2)] * 2):
        h = x
        for layer in ("dense1", "dense2", "dense3"):
            h = h @ weights[f"{layer}.weight"][run].T + weights[f"{layer}.bias"][run]
            h = act(h) if layer != "dense3" else h
        torch.testing.assert_close(outputs[run], h)


def test_a_paused_run_ends_where_an_uninterrupted_one_does():
    config = SHORT.with_("steps", 20).with_("seeds", 2).with_("bias", -1.0)
    for event in config.run(CPU, until=10):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused)
    *_, rest = config.run(CPU, start=state)
    *_, whole = config.run(CPU)
    for name, value in whole.weights.items():
        assert torch.equal(rest.weights[name], value)


def test_pictures_say_which_units_are_dead():
    config = SHORT.with_("steps", 10).with_("seeds", 2)
    frame = next(e for e in config.run(CPU) if isinstance(e, Frame))
    assert frame.arrays["dead"].shape == (2, 4, 32) and frame.arrays["dead"].dtype == bool


def test_it_is_a_kind_of_work_for_points_with_classes():
    assert load(dump(SHORT)) == SHORT
    found, problems = DeadUnits.read({"data": "digits"})
    assert found.data.id == "moons" and problems


def test_nothing_is_said_of_the_units_of_a_run_whose_loss_is_lost():
    config = DeadUnits(seeds=3, steps=60, learning_rate=10)
    for name, value in {"optimizer": "gradient_descent", "initialiser": "normal"}.items():
        config = config.with_(name, value)
    config = config.with_("initialiser.std", 10.0)
    *_, last = (e for e in config.run(torch.device("cpu")) if isinstance(e, Metrics))
    told = {int(name.split(":")[1]) for name in last.values if ":" in name}
    assert last.values["diverged"] == 2 * config.seeds - len(told) > 0
