"""Nothing that is computed on a GPU meets what was left on the CPU, and the other way round."""

import numpy as np
import pytest
import torch

from engine.events import Checkpoint, Done, Frame
from engine.race import race
from engine.training import TrainConfig, train
from tests.elsewhere import CPU, CUDA, Elsewhere, Refused


def config(**settings):
    short = {"epochs": "2", "batch_size": "50", "data": "moons", "data.examples": "100"}
    items = {name: value for name, value in (short | settings).items() if value}
    found, problems = TrainConfig.read(items)
    assert not problems, problems
    return found


@pytest.mark.parametrize(
    "wrong",
    [
        lambda there, here: there + here,
        lambda there, here: torch.stack([there[0], here[0]]),
        lambda there, here: here[there.argsort()],
        lambda there, here: there.index_select(0, torch.tensor([0])),
        lambda there, here: there.numpy(),
        lambda there, here: np.asarray(there),
        lambda there, here: torch.func.vmap(lambda a, b: a * b)(there, here),
        lambda there, here: torch.rand(3, generator=torch.Generator(CUDA)),
        lambda there, here: torch.rand(3, generator=torch.Generator(), device=CUDA),
    ],
)
def test_the_stand_in_refuses_what_a_gpu_refuses(wrong):
    with Elsewhere(), pytest.raises(Refused):
        wrong(torch.zeros(3, device=CUDA), torch.zeros(3))


def test_the_stand_in_allows_what_a_gpu_allows():
    with Elsewhere() as elsewhere:
        there, here = torch.zeros(3).to(CUDA), torch.ones(3)
        there.copy_(here)
        there[torch.tensor([0])] = 2.0
        assert (there * torch.tensor(2.0)).tolist() == [4, 2, 2]
        assert there.device == CUDA and (there + 1).device == CUDA
        assert there.cpu().numpy().tolist() == [2, 1, 1] and here.device == CPU
        assert elsewhere.side(there.view(3, 1)) == CUDA


def ended(events):
    """The last event; every picture and checkpoint on the way is asked for."""
    for event in events:
        if isinstance(event, Checkpoint):
            state = event.save()
            assert all(value.device == CPU for value in state.values())
        if isinstance(event, Frame):
            assert all(isinstance(array, np.ndarray) for array in event.arrays.values())
    assert isinstance(event, Done)
    return event


SETTINGS = [
    {},
    {"data": "regression_curve", "patience": "1"},
    {"data": "diabetes", "data.examples": "", "l1": "0.01", "l2": "0.01", "clip": "0.1"},
    {"model": "mixture"},
    {"layers.dropout": "0.3", "layers.normalisation": "batch"},
    {"data": "shapes", "data.size": "16", "model": "cnn", "layers.normalisation": "batch"},
    {"data": "glyphs", "data.size": "12", "model": "resnet"},
    {"loss": "mse", "layers.normalisation": "layer", "layers.activation": "prelu"},
    *({"optimizer": name} for name in ("adam", "muon", "adafactor", "lion", "rmsprop", "nadam")),
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_training_on_a_gpu_stays_there(settings):
    c = config(**settings)
    alone = ended(train(c, CPU))
    with Elsewhere():
        there = ended(train(c, CUDA))
    expected = alone.summary["validation_loss"]  # sums of a picture's values in another order
    assert there.summary["validation_loss"] == pytest.approx(expected, rel=1e-3)


def test_a_training_on_a_gpu_goes_on_from_its_checkpoint():
    c = config(epochs="4")
    with Elsewhere():
        for event in train(c, CUDA, until=3):
            if isinstance(event, Checkpoint):
                state = event.save()
        ended(train(c, CUDA, start=state))


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_race_on_a_gpu_stays_there(settings):
    c = config(**settings)
    configs = [c, c.with_("seed", 1), c.with_("learning_rate", 0.01)]
    with Elsewhere():
        ended(race(configs, CUDA))


def test_activations_that_race_on_a_gpu_stay_there():
    configs = [config(**{"layers.activation": name}) for name in ("relu", "tanh")]
    with Elsewhere():
        for event in race(configs, CUDA, until=2):
            if isinstance(event, Checkpoint):
                state = event.save()
        ended(race(configs, CUDA, start=state))
