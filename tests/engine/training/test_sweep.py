"""Networks trained together end where they would have ended alone."""

import numpy as np
import pytest
import torch

from engine.optim import OPTIMIZERS
from engine.runs.events import Checkpoint, Diverged, Done, Frame, Metrics, Paused
from engine.topics.activations.which_learns import xor_sweep
from engine.training.config import TrainConfig
from engine.training.sweep import FILM, Sweep, race
from engine.training.train import train

CPU = torch.device("cpu")


def base(**settings):
    flat = {"data": "moons", "data.examples": "120", "epochs": "4", "batch_size": "20"}
    found, problems = TrainConfig.read(
        flat | {k.replace("__", "."): v for k, v in settings.items()}
    )
    assert not problems, problems
    return found


def final(config):
    return list(train(config, CPU))[-1].summary["validation_loss"]


def together(configs, **how):
    *_, done = race(configs, CPU, **how)
    assert isinstance(done, Done)
    return [done.summary[f"validation_loss:{i}"] for i in range(len(configs))]


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_a_race_equals_separate_runs(optimizer):
    configs = [
        base(optimizer=optimizer, learning_rate=rate, seed=seed)
        for rate in ("0.003", "0.01")
        for seed in ("0", "1")
    ]
    np.testing.assert_allclose(together(configs), [final(c) for c in configs], rtol=2e-4)


@pytest.mark.parametrize(
    "settings",
    [
        [{"l2": "0"}, {"l2": "0.01"}, {"l1": "0.003"}],
        [{"clip": "0"}, {"clip": "0.1"}],
        [{"optimizer": "adam"}, {"optimizer": "adam", "optimizer.beta1": "0.5"}],
        [{"schedule": "constant"}, {"schedule": "cosine"}],
        [{"changes": "2!0.1"}, {}],
        # Not Adam: it turns the rounding of a bias before a normalisation, whose gradient is 0,
        # into whole steps.
        [
            {"layers.normalisation": "batch", "optimizer": "momentum", "seed": seed}
            for seed in ("0", "1")
        ],
        [{"batch_size": "10"}, {"batch_size": "40"}],
        [{"model.hidden": "4"}, {"model.hidden": "8~8"}],
        [{"layers.activation": "relu"}, {"layers.activation": "tanh"}],
        [{"label_noise": "0"}, {"label_noise": "0.2"}],
    ],
    ids=str,
)
def test_whatever_differs_every_run_is_its_own(settings):
    configs = [base(**{k.replace(".", "__"): v for k, v in s.items()}) for s in settings]
    np.testing.assert_allclose(together(configs), [final(c) for c in configs], rtol=2e-4)


def test_programs_that_come_one_by_one_leave_a_picture_of_every_run_at_every_moment():
    """Networks of other shapes are programs of their own, and their pictures one step's."""
    sweep = xor_sweep((0, 1, 4), "tanh", 2)
    frames = {e.step: e.arrays for e in sweep.run(CPU) if isinstance(e, Frame)}  # the last stays
    steps = next(iter(sweep.run(CPU))).steps
    assert sorted(frames) == [moment * steps // FILM for moment in range(FILM + 1)]
    assert all(set(found) == {f"surface:{i}" for i in range(6)} for found in frames.values())
    first, last = frames[0]["surface:4"], frames[steps]["surface:4"]
    assert np.abs(first - last).max() > 0.1, "it moved"


def test_a_film_that_was_paused_has_the_moments_of_an_unbroken_one():
    sweep = Sweep(base=base(epochs="20"), vary="learning_rate", values=("0.001", "0.1"), seeds=1)
    whole = {e.step: e.arrays for e in sweep.run(CPU) if isinstance(e, Frame)}
    seen, state = {}, None
    for event in sweep.run(CPU, until=35):
        if isinstance(event, Frame):
            seen[event.step] = event.arrays
        elif isinstance(event, Checkpoint):
            state = event.save()
    seen |= {e.step: e.arrays for e in sweep.run(CPU, start=state) if isinstance(e, Frame)}
    assert list(seen) == list(whole)
    for step, arrays in whole.items():
        assert {n: a.tolist() for n, a in seen[step].items()} == {
            n: a.tolist() for n, a in arrays.items()
        }


def test_one_diverging_run_does_not_disturb_the_others():
    flat = {
        "data": "regression_curve",
        "layers__activation": "relu",
        "optimizer": "gradient_descent",
    }
    configs = [base(**flat, data__examples="120", learning_rate=rate) for rate in ("0.01", "10")]
    events = list(race(configs, CPU))
    died = {
        n: v for e in events if isinstance(e, Metrics) for n, v in e.values.items() if "died" in n
    }
    assert list(died) == ["died:1"] and died["died:1"] > 0
    assert events[-1].summary["validation_loss:0"] == pytest.approx(final(configs[0]), rel=2e-4)


@pytest.mark.parametrize("epochs", ["3", "4", "12"])
def test_a_run_that_its_last_update_breaks_has_died(epochs):
    """Alone it diverges; its last finite loss must not stand as what it reached."""
    flat = {
        "data": "regression_curve", "loss": "mse", "layers__activation": "linear",
        "batch_size": "4096", "optimizer": "gradient_descent", "epochs": epochs,
    }  # fmt: skip
    configs = [base(**flat | {"learning_rate": rate}) for rate in ("0.01", "10")]
    assert isinstance(list(train(configs[1], CPU))[-1], Diverged)
    told = [e.values for e in race(configs, CPU) if isinstance(e, Metrics)]
    died = {name for values in told for name in values if name.startswith("died")}
    assert died == {"died:1"}
    assert all(np.isfinite(value) for values in told for value in values.values())


def test_seeds_draw_their_own_weights_and_order():
    facts = next(iter(race(Sweep(base=base(), seeds=3).variants(), CPU))).facts
    assert len({facts[f"weights_hash:{i}"] for i in range(3)}) == 3
    assert len({facts[f"order_hash:{i}"] for i in range(3)}) == 3


def test_values_of_one_seed_share_weights_and_order():
    sweep = Sweep(base=base(), vary="learning_rate", values=("0.001", "0.01"), seeds=2)
    facts = next(iter(race(sweep.variants(), CPU))).facts
    for seed in range(2):
        assert facts[f"weights_hash:{seed}"] == facts[f"weights_hash:{2 + seed}"]
        assert facts[f"order_hash:{seed}"] == facts[f"order_hash:{2 + seed}"]
    assert facts["programs"] == 1


@pytest.mark.parametrize("values", [("0.001", "0.01"), ("relu", "tanh")])
def test_a_race_goes_on_from_its_checkpoint(values):
    vary = "learning_rate" if values[0].startswith("0") else "layers.activation"
    configs = Sweep(base=base(), vary=vary, values=values, seeds=2).variants()
    whole = together(configs)
    for event in race(configs, CPU, until=9):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert event == Paused(9)
    np.testing.assert_array_equal(together(configs, start=state), whole)


def points(events):
    return {
        (event.step, name): value
        for event in events
        if isinstance(event, Metrics)
        for name, value in event.values.items()
    }


def test_a_race_of_unequal_batches_that_goes_on_has_the_history_of_an_unbroken_one():
    """The store forgets what comes after the checkpoint's step; no run may lose points by that."""
    configs = [base(batch_size=size) for size in ("10", "40")]
    seen = []
    for event in race(configs, CPU, lean=True):
        seen.append(event)
        if isinstance(event, Checkpoint) and event.step > 6:
            state = event.save()
            break
    known = {at: v for at, v in points(seen).items() if at[0] <= state["progress"][0]}
    whole = points(race(configs, CPU, lean=True))
    assert known | points(race(configs, CPU, start=state, lean=True)) == whole


def test_the_seconds_of_a_race_that_goes_on_count_from_its_first_start():
    configs = [base()]
    for event in race(configs, CPU, until=9):
        if isinstance(event, Checkpoint):
            state = event.save()
    state["progress"][1] += 1000
    *_, done = race(configs, CPU, start=state)
    assert done.summary["seconds"] > 1000
