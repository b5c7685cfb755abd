"""Nothing that is computed on a GPU meets what was left on the CPU, and the other way round."""

import numpy as np
import pytest
import torch

from engine.autoregressive.graph import Graphed
from engine.runs.events import Checkpoint, Done, Frame, Paused
from engine.runs.work import WORK, import_kinds
from engine.training.config import TrainConfig
from engine.training.sweep import race
from engine.training.train import train
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
    assert isinstance(event, Done | Paused)
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


PROXY = {"data": "diabetes", "predictor": {"id": "mlp", "hidden": (4,), "epochs": 1}}
WORKS: dict[str, dict[str, object]] = {  # a small one of each kind
    "train": {"epochs": 1},
    "sweep": {"base": {"epochs": 1}, "seeds": 2},
    "density": {"epochs": 1, "train_share": 0.1},
    "exhibit": {},
    "basins": {"steps": 10, "side": 20},
    "race": {"optimizers": ("adam", "momentum"), "rates": (0.01, 0.1), "seeds": 2},
    "landscape": {"side": 11, "base": {"epochs": 1}},
    "edge_of_stability": {"base": {"epochs": 1}, "rates": (0.05,), "places": 10},
    "exact_ladder": {"steps": 10, "examples": 20},
    "order_lottery": {"steps": 10, "examples": 20, "rung": "fvsbn"},
    "features_or_pixels": {"most": "60", "updates": 20, "seeds": 2},
    "signal": {"steps": 10},
    "counting_squares": {"steps": 10, "seeds": 2},
    "dead_units": {"steps": 10, "seeds": 2},
    "table_accuracy": {"model": PROXY, "background": 5, "seeds": 2},
    "table_beside": {"model": PROXY, "background": 5},
    "sanity": {"methods": ("saliency", "grad_cam", "lrp", "smooth_grad"), "pictures": 4},
    "explanation_scores": {
        "count": 12, "probes": 1,
        "methods": ("cam", "deep_lift", "gradient_shap", "lrp", "occlusion", "score_cam"),
    },
    "clever_hans": {
        "agreements": (0.5,), "methods": ("saliency", "lrp"), "pictures": 12, "size": 16,
        "examples": 200, "epochs": 1,
    },
    "table_values": {"model": PROXY, "rows": 10, "background": 5},
    "table_backgrounds": {"model": PROXY, "draws": 2},
    "fraud_case": {"payments": 1000},
    "dream": {"steps": 10, "seeds": 2},
    "inceptionism": {"octaves": 1, "steps_each": 2},
    "fooling": {"steps": 10, "seeds": 2},
    "occlusion_maps": {},
    "stability": {"repeats": 3, "methods": ("smooth_grad", "kernel_shap")},
}  # fmt: skip


@pytest.mark.parametrize("kind", WORKS)
def test_every_kind_of_work_can_be_done_on_a_gpu(kind, monkeypatch):
    monkeypatch.setattr(Graphed, "capture", staticmethod(lambda work: work))  # needs a real one
    monkeypatch.setattr(torch.cuda, "synchronize", lambda *_: None)
    import_kinds()
    work = WORK[kind].model_validate(WORKS[kind])
    with Elsewhere():
        # An exhibit has a length of its own; its samples are those of a density.
        ended(work.run(CUDA, until=2 if kind == "exhibit" else None))


def test_every_kind_of_work_is_tried_on_a_gpu():
    import_kinds()
    assert set(WORKS) == set(WORK)
