"""The training lab: what its scenes claim, trained again over seeds."""

import numpy as np
import pytest
import torch

from dashboard.training.view import View
from engine.data.regression_curve import truth
from engine.runs.events import Done
from engine.statistics import compare
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep
from tests.scenes.ran import Ran, run

SEEDS = 2


def trained(config: TrainConfig) -> list[Ran]:
    return [run(config.with_("seed", seed)) for seed in range(SEEDS)]


def network(config: TrainConfig, found: Ran) -> torch.nn.Module:
    data = config.prepared()
    net = config.model.build(data.data.shape, max(1, len(data.classes)), config.layers, config.seed)
    net.load_state_dict(found.weights)
    return net.eval()


@pytest.mark.long
def test_spirals_learned(view):
    """A line cannot, the network does; one soft line for each unit of its first layer."""
    for found in trained(view):
        assert found.summary["test_accuracy"] > 0.9
    line = run(view.with_("model", "linear"))
    assert line.summary["test_accuracy"] < 0.8
    assert len(view.model.hidden) == 2 and found.weights["dense1.weight"].shape[1] == 2


def test_points_that_you_draw(view):
    inner = [point for point in view.data.points if point[2] == 0]
    outer = [point for point in view.data.points if point[2] == 1]
    assert max(np.hypot(x, y) for x, y, _ in inner) < min(np.hypot(x, y) for x, y, _ in outer)
    for found in trained(view):
        assert found.last("train_accuracy") == 1
    line = run(view.with_("model", "linear"))
    assert line.last("train_accuracy") < 0.8


def test_a_line_is_not_enough(view):
    for rate in (view.learning_rate, 0.1):
        for seed in range(SEEDS):
            found = run(view.with_("learning_rate", rate).with_("seed", seed))
            assert found.summary["validation_accuracy"] < 0.75
            assert found.last("train_loss") > 0.6  # nats; a coin pays 0.69


def test_learning_rate_too_high_ping_pong(view):
    for found in trained(view):
        curve = found.series["train_loss"][1]
        rises = (np.diff(curve[1:]) > 0).mean()
        assert 0.25 < rises < 0.75 and curve[1:].mean() > 3 * curve[0]
        assert (curve[1:] > curve[0]).mean() > 0.3, "again and again worse than at the start"
    calm = run(view.with_("learning_rate", 0.3))
    assert calm.last("train_loss") < 0.2


def test_until_it_breaks(view):
    for found in trained(view):
        assert found.diverged is not None and found.diverged.step < 30
        assert found.diverged.where.startswith("dense")
        assert found.diverged.where in found.diverged.sentence


def test_overfitting_noisy_labels(view):
    """Training loss falls on; validation loss has turned long before the end and climbs."""
    clean = view.with_("label_noise", 0.0).prepared().train.y
    assert (view.prepared().train.y != clean).float().mean() == view.label_noise == 0.25
    for found in trained(view):
        train, held = (found.series[f"{part}_loss"][1] for part in ("train", "validation"))
        assert train[-1] < 0.8 * train[len(train) // 2]
        turn = held.argmin()
        assert turn < 0.7 * len(held) and held[-20:].mean() > 1.2 * held[turn]


def test_all_weights_zero(view):
    """Units of a layer are the same from beginning to end."""
    for found in trained(view):
        for name, value in found.weights.items():
            if name.startswith("dense") and value.shape[0] > 2:
                assert torch.equal(value, value[:1].expand_as(value)), name
        assert found.last("train_loss") > 0.69


def test_outliers_squared_or_absolute_error(view):
    """Outliers are too large, so that squared error ends above the curve without noise."""
    x = torch.linspace(-1.4, 1.4, 200)[:, None]
    right = truth(view.data.function, x)
    for seed in range(SEEDS):
        above = {}
        for loss in ("mse", "l1"):
            config = view.with_("loss", loss).with_("seed", seed)
            net = network(config, run(config))
            above[loss] = float((net(x) - right).detach().mean())
        assert above["mse"] > 0.2 and abs(above["l1"]) < 0.5 * above["mse"]


def alike(filters: torch.Tensor) -> float:
    """Correlation of neighbours in filters (F, C, k, k): 0 of noise, higher of strokes."""
    pairs = [(filters[..., 1:], filters[..., :-1]), (filters[..., 1:, :], filters[..., :-1, :])]
    a, b = (torch.cat([pair[side].flatten() for pair in pairs]) for side in (0, 1))
    return float(torch.corrcoef(torch.stack([a, b]))[0, 1])


@pytest.mark.long
def test_handwritten_digits_a_small_cnn(view):
    """Accurate, with some mistakes left; neighbours in the filters, first as alike as noise, come
    to belong together."""
    before, after = [], []
    for seed in range(SEEDS):
        config = view.with_("seed", seed)
        found = run(config)
        assert 0.94 < found.summary["validation_accuracy"] < 1
        blank = config.model.build(config.prepared().data.shape, 10, config.layers, seed)
        before.append(alike(blank.state_dict()["conv1.weight"]))
        after.append(alike(found.weights["conv1.weight"].cpu()))
    assert np.mean(after) > np.mean(before) + 0.15, (before, after)


@pytest.mark.long
def test_a_density_instead_of_a_boundary(view):
    for found in trained(view):
        curve = found.series["validation_loss"][1]
        assert curve[-1] < 0.6 * curve[0] and found.weights["means"].shape == (8, 2)
    assert view.prepared().classes and "train_accuracy" not in found.series  # none is used


def test_three_learning_rates_over_eight_seeds(view, scene):
    shown, _ = View.read({k: v for k, v in scene.settings.items() if k in View.model_fields})
    sweep = Sweep(base=view, vary=shown.vary, values=shown.values, seeds=shown.seeds)
    done = [event for event in sweep.run(torch.device("cpu")) if isinstance(event, Done)][-1]
    losses = np.array([done.summary[f"validation_loss:{i}"] for i in range(24)]).reshape(3, 8)
    found = compare(losses, ratio=True)
    low, middle, high = range(3)
    assert found.verdict(low, high).real and found.verdict(low, middle).real
