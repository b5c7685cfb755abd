"""The loop is a generator, so a test is just its first consumer."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.data import DATASETS
from engine.models import MODELS
from engine.nn.layers import Layers
from engine.optim import OPTIMIZERS
from engine.runs.events import Checkpoint, Diverged, Done, Frame, Metrics, Paused, Started
from engine.tasks.pictures import half
from engine.training.config import TrainConfig
from engine.training.loop import Plan, batch_order, learning_rate_at
from engine.training.train import train
from tests.events import record

CPU = torch.device("cpu")


def config(**settings):
    flat = {"data": "moons", "data.examples": "120", "epochs": "6", "batch_size": "20"}
    found, problems = TrainConfig.read(
        flat | {k.replace("__", "."): v for k, v in settings.items()}
    )
    assert not problems, problems
    return found


def run(config, **how):
    return list(train(config, CPU, **how))


def resumed(config, at):
    """The events after a checkpoint at a step, of a run that began anew from it."""
    for event in train(config, CPU):
        if isinstance(event, Checkpoint) and event.step == at:
            return run(config, start=event.save())
    raise AssertionError(f"no checkpoint at {at}")


def test_it_equals_a_loop_written_by_hand():
    c = config(optimizer="gradient_descent", learning_rate="0.1", l2="0.01")
    data = c.prepared()
    model = MODELS["mlp"](hidden=(16, 16)).build((2,), 2, Layers(), 0)
    weights = [p for p in model.parameters() if p.ndim > 1]
    for epoch in range(c.epochs):
        for rows in batch_order(0, epoch, len(data.train.x)).split(20):
            loss = F.cross_entropy(model(data.train.x[rows]), data.train.y[rows])
            loss = loss + 0.005 * sum(w.square().sum() for w in weights)
            for p, g in zip(
                model.parameters(), torch.autograd.grad(loss, list(model.parameters())), strict=True
            ):
                p.data -= 0.1 * g
    expected = F.cross_entropy(model(data.validation.x), data.validation.y).item()
    assert run(c)[-1].summary["validation_loss"] == pytest.approx(expected, rel=1e-4)


def test_the_same_config_gives_the_same_numbers():
    c = config(layers__dropout="0.3")
    assert record(run(c)) == record(run(c))


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_a_run_goes_on_from_its_checkpoint_as_if_it_had_never_stopped(optimizer):
    c = config(optimizer=optimizer, learning_rate="0.01", batch_size="16")
    whole = record(run(c))
    at = 2 * Plan.of(c, 84).per_epoch + 1  # in the middle of an epoch
    rest = record(resumed(c, at))
    assert rest == {k: v for k, v in whole.items() if k[0] > at} and rest


@pytest.mark.parametrize(
    "settings",
    [
        {"layers__dropout": "0.4"},
        {"layers__normalisation": "batch"},
        {"schedule": "cosine"},
        {"patience": "2", "learning_rate": "1"},
        {"precision": "bf16"},
        {"changes": "3!0.5"},
    ],
    ids=str,
)
def test_everything_that_has_a_state_is_in_the_checkpoint(settings):
    c = config(**settings)
    whole = run(c)
    at = next(event.step for event in whole if isinstance(event, Checkpoint) and event.step > 8)
    rest = resumed(c, at)
    assert record(rest) == {k: v for k, v in record(whole).items() if k[0] > at}
    drop = {"seconds"}
    first, second = (
        {k: v for k, v in e[-1].summary.items() if k not in drop} for e in (whole, rest)
    )
    assert first == second


def test_a_checkpoint_of_another_network_is_refused():
    small, large = config(model__hidden="4"), config(model__hidden="5")
    state = next(e for e in train(small, CPU) if isinstance(e, Checkpoint)).save()
    with pytest.raises(ValueError, match="does not fit the run"):
        run(large, start=state)


def test_until_pauses_at_exactly_that_update_with_a_picture_and_a_checkpoint():
    events = run(config(), until=7)
    assert events[-1] == Paused(7)
    assert any(isinstance(e, Checkpoint) and e.step == 7 for e in events)
    assert any(isinstance(e, Frame) and e.step == 7 for e in events)


def test_a_rate_changed_in_mid_run_shares_everything_before_the_change():
    c = config()
    per_epoch = Plan.of(c, 84).per_epoch
    before, after = record(run(c)), record(run(config(changes="3!0.1")))
    first = min(key[0] for key in before if before[key] != after[key])
    assert first == 3 * per_epoch + 1


def test_a_diverging_run_stops_at_the_first_non_finite_loss_and_names_the_layer():
    c = config(
        data="regression_curve", layers__activation="relu", optimizer="gradient_descent",
        learning_rate="10", data__examples="120",
    )  # fmt: skip
    *before, last = run(c)
    assert isinstance(last, Diverged) and last.where.startswith("dense")
    assert "try a smaller one" in last.sentence and "\n" not in last.sentence
    assert all(e.step < last.step for e in before if isinstance(e, Frame))
    told = [value for e in before if isinstance(e, Metrics) for value in e.values.values()]
    assert all(map(math.isfinite, told)), "what came before was a number"


@pytest.mark.parametrize("epochs", ["1", "2", "3", "4"])
@pytest.mark.parametrize("patience", ["0", "1"])
def test_a_last_update_that_breaks_the_network_has_diverged(epochs, patience):
    """No batch comes after it that could tell."""
    c = config(
        data="regression_curve", loss="mse", layers__activation="linear", batch_size="4096",
        optimizer="gradient_descent", learning_rate="10", epochs=epochs, patience=patience,
    )  # fmt: skip
    *before, last = run(c)
    losses = [e.values["validation_loss"] for e in before
              if isinstance(e, Metrics) and "validation_loss" in e.values]  # fmt: skip
    assert all(map(math.isfinite, losses))
    if isinstance(last, Done):
        assert math.isfinite(last.summary["validation_loss"] + last.summary["test_loss"])
    if int(epochs) > 2 and patience == "0":
        assert isinstance(last, Diverged) and last.where.startswith("dense")


def test_examples_that_only_the_end_looks_at_may_break_it(monkeypatch):
    from engine.training.learner import Learner

    whole = Learner.final
    monkeypatch.setattr(Learner, "final", lambda self: whole(self) | {"test_loss": math.inf})
    *_, last = run(config(epochs="2"))
    assert isinstance(last, Diverged) and "update" in last.sentence


def test_values_that_are_too_large_for_half_precision_are_kept():
    large = torch.tensor([[1e5, -3e30], [float("inf"), 1.0]])
    kept = half(large)
    assert kept.dtype == np.float32 and kept[0].tolist() == large[0].tolist()
    assert np.isfinite(kept).all() and kept[1, 1] == 1
    assert half(torch.tensor([65504.0, 0.1])).dtype == np.float16


def test_the_test_part_does_not_matter_before_the_end(monkeypatch):
    c = config()
    data = c.prepared()
    spoiled = type(data)(
        **{f: getattr(data, f) for f in data.__dataclass_fields__}
        | {"test": data.test._replace(x=data.test.x * 0 + 99, y=1 - data.test.y)}
    )
    honest = run(c)
    monkeypatch.setattr(TrainConfig, "prepared", lambda self: spoiled)
    other = run(c)
    assert record(honest) == record(other)
    assert honest[-1].summary["validation_loss"] == other[-1].summary["validation_loss"]
    assert honest[-1].summary["test_loss"] != other[-1].summary["test_loss"]


def test_early_stopping_keeps_the_best_weights():
    c = config(patience="3", learning_rate="3", epochs="60", label_noise="0.4")
    events = run(c)
    done = events[-1]
    losses = [v for (_, n), v in record(events).items() if n == "validation_loss"]
    assert done.summary["epochs"] < 60
    assert done.summary["validation_loss"] == pytest.approx(min(losses), rel=1e-5)


def test_patience_counts_epochs():
    c = config(patience="3", learning_rate="3", epochs="60", label_noise="0.4")
    events = run(c)
    losses = {s: v for (s, n), v in record(events).items() if n == "validation_loss"}
    best = min(losses, key=losses.__getitem__)
    per_epoch = events[0].facts["per_epoch"]
    assert events[-1].step - best == 3 * per_epoch


def test_l1_makes_weights_sparse_and_leaves_biases_free():
    plain, sparse = (
        run(config(optimizer="gradient_descent", learning_rate="0.1", epochs="100", l1=l1))[
            -1
        ].weights
        for l1 in ("0", "0.03")
    )
    small = [(w["dense2.weight"].abs() < 0.01).float().mean() for w in (plain, sparse)]
    assert small[1] > 0.8 > 0.3 > small[0]


def test_clipping_bounds_the_gradient():
    c = config(optimizer="gradient_descent", learning_rate="1", clip="0.001")
    norms = {k: v for k, v in record(run(c)).items() if k[1].startswith("grad_norm/")}
    by_step = {}
    for (step, _), value in norms.items():
        by_step[step] = by_step.get(step, 0.0) + value**2
    assert max(by_step.values()) ** 0.5 <= 0.001 * 1.001


def test_two_runs_that_differ_in_one_knob_share_weights_and_order():
    one, other = (run(config(learning_rate=rate))[0].facts for rate in ("0.1", "0.2"))
    assert one["weights_hash"] == other["weights_hash"] and one["order_hash"] == other["order_hash"]
    seed = run(config(seed="1"))[0].facts
    assert seed["weights_hash"] != one["weights_hash"] and seed["order_hash"] != one["order_hash"]


@pytest.mark.parametrize("data", [id for id, cls in DATASETS.items() if cls.local])
def test_every_data_set_trains_with_its_default_model(data):
    c, problems = TrainConfig.read({"data": data, "epochs": "1", "train_share": "0.1"})
    events = run(c)
    assert not problems and isinstance(events[0], Started) and isinstance(events[-1], Done)
    frame = next(e for e in events if isinstance(e, Frame))
    assert frame.arrays, "a task draws something of every data set"


def test_learning_learns():
    assert run(TrainConfig())[-1].summary["test_accuracy"] > 0.95


def test_history_stays_small_however_long_the_run():
    c = config(epochs="3000", data__examples="40")
    plan = Plan.of(c, 28)
    assert plan.steps / plan.record <= 2000
    assert plan.steps / plan.evaluate <= 121 and plan.steps / plan.frame <= 61


def test_a_schedule_multiplies_the_rate_and_a_change_replaces_it():
    c = config(schedule="cosine", changes="3!0.5", learning_rate="0.1")
    plan = Plan.of(c, 84)
    rates = [learning_rate_at(c, plan, step) for step in range(plan.steps)]
    assert rates[0] == pytest.approx(0.1)
    start = 3 * plan.per_epoch
    assert rates[start] == pytest.approx(0.5 * c.schedule.factor(start, plan.steps, plan.per_epoch))
    assert all(a >= b for a, b in pairwise(rates[:start]))
