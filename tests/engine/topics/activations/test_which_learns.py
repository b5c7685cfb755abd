"""Do networks with different activations train together as they would apart?"""

import numpy as np
import pytest
import torch

from engine.models import MODELS
from engine.runs.events import Done, Frame, Started
from engine.topics.activations.which_learns import EIGHT, which_learns, xor, xor_sweep
from engine.training import sweep
from engine.training.batched import Batched, program
from engine.training.batched_mixed import BatchedMixed, mixed_program, stack_for
from engine.training.config import TrainConfig
from engine.training.sweep import race

CPU = torch.device("cpu")


def base(**settings):
    flat = {"data": "moons", "data.examples": "120", "epochs": "3", "batch_size": "20"}
    found, problems = TrainConfig.read(flat | {"optimizer": "momentum"} | settings)
    assert not problems, problems
    return found


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"layers.normalisation": "layer"},
        {"layers.normalisation": "batch"},
        {"layers.dropout": "0.3"},
        {"data": "digits", "data.examples": "", "epochs": "1"},
        {"data": "regression_curve", "data.examples": "", "loss": "mse"},
        {"optimizer": "muon", "learning_rate": "0.01"},
    ],
    ids=str,
)
def test_mixed_runs_end_where_separate_programs_do(settings, monkeypatch):
    settings = {name: value for name, value in settings.items() if value}
    settings |= {"data.examples": "120"} if settings.get("data", "moons") == "moons" else {}
    flat = {"data": "moons", "epochs": "3", "batch_size": "20", "optimizer": "momentum"}
    config, problems = TrainConfig.read(flat | settings)
    assert not problems, problems
    configs = which_learns(("relu", "linear", "gelu"), config, seeds=2).variants()
    with monkeypatch.context() as plain:
        plain.setattr(sweep, "mixed_program", program)
        plain.setattr(sweep, "stack_for", Batched)
        *_, apart = race(configs, CPU)
    events = list(race(configs, CPU))
    assert isinstance(events[0], Started) and events[0].facts["programs"] == 1
    for name, value in apart.weights.items():
        torch.testing.assert_close(events[-1].weights[name], value, rtol=2e-3, atol=2e-4)
    for name, value in apart.summary.items():
        if name != "seconds":
            assert events[-1].summary[name] == pytest.approx(value, rel=2e-3, abs=2e-4)


def test_only_an_activation_with_weights_and_other_models_keep_their_own_program():
    programs = {mixed_program(c) for c in which_learns(EIGHT, base()).variants()}
    assert len(programs) == 1
    assert mixed_program(base(**{"layers.activation": "prelu"})) not in programs
    assert mixed_program(base(**{"layers.activation": "leaky_relu"})) in programs
    picture = TrainConfig(data="digits", model=MODELS["cnn"]())
    assert mixed_program(picture) == program(picture)


def test_only_mlps_are_stacked_layer_by_layer():
    configs = which_learns(("relu", "tanh"), base(), seeds=1).variants()
    assert type(stack_for(configs, configs[0].prepared(), CPU)) is BatchedMixed
    configs = [TrainConfig(data="digits", model=MODELS["cnn"]())]
    assert type(stack_for(configs, configs[0].prepared(), CPU)) is Batched


def test_every_activation_is_pictured_however_many_seeds():
    configs = which_learns(EIGHT, base(epochs="1"), seeds=8).variants()
    frames = [e for e in race(configs, CPU) if isinstance(e, Frame)]
    pictured = {int(name.split(":")[1]) for name in frames[-1].arrays}
    assert {8 * i for i in range(8)} <= pictured and len(pictured) == 32
    # The same picture as that run has alone.
    stack = stack_for(configs, configs[0].prepared(), CPU)
    alone = Batched(configs[16:17], configs[0].prepared(), CPU)
    np.testing.assert_allclose(
        stack.surfaces()[16]["surface"], alone.surfaces()[0]["surface"], atol=2e-3
    )


def test_all_variants_start_from_the_same_weights_and_batches():
    configs = which_learns(("relu", "tanh"), base(), seeds=1).variants()
    facts = next(race(configs, CPU)).facts
    assert facts["weights_hash:0"] == facts["weights_hash:1"]
    assert facts["order_hash:0"] == facts["order_hash:1"]


def test_a_saved_mixed_race_goes_on():
    configs = which_learns(("relu", "tanh"), base(), seeds=1).variants()
    stack = stack_for(configs, configs[0].prepared(), CPU)
    rows = torch.arange(20)
    stack.update(rows, [0.01, 0.01])
    state = stack.save()
    stack.update(rows, [0.01, 0.01])
    again = stack_for(configs, configs[0].prepared(), CPU)
    again.load(state)
    again.update(rows, [0.01, 0.01])
    for run in range(2):
        for name, value in stack.weights(run).items():
            assert torch.equal(again.weights(run)[name], value)


def test_xor_needs_hidden_units():
    *_, done = xor_sweep((0, 1, 4), seeds=6).with_("base.data.examples", 300).run(CPU)
    assert isinstance(done, Done)
    accuracy = np.array([done.summary[f"validation_accuracy:{i}"] for i in range(18)])
    none, one, four = accuracy.reshape(3, 6)
    assert none.max() < 0.8 and one.max() < 0.87
    assert four.min() > 0.9


def test_xor_with_a_negative_number_of_units_is_refused():
    assert xor(0).model.hidden == () and xor(3).model.hidden == (3,)
    with pytest.raises(ValueError, match="at least 0"):
        xor(-1)
    with pytest.raises(ValueError, match="Did you mean"):
        which_learns(("rellu",))
