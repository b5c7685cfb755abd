"""What no machine should be asked for is refused before anything of it is built."""

import resource
from typing import Any

import pytest
import torch

from engine.data import DataError
from engine.runs.costs import MOST, too_large
from engine.runs.work import Work
from engine.topics.autoregressive.config import DensityConfig
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep

LARGE = {
    "a deep and wide network": (TrainConfig, {"model.hidden": "~".join(["4096"] * 25)}),
    "fifty layers": (TrainConfig, {"model.hidden": "~".join(["4096"] * 50)}),
    "many large pictures": (
        TrainConfig,
        {"data": "glyphs", "data.size": "64", "data.examples": "20000", "model": "mlp"},
    ),
    "a large network on many large pictures": (
        TrainConfig,
        {
            "data": "glyphs",
            "data.size": "64",
            "data.examples": "20000",
            "model": "mlp",
            "model.hidden": "4096~4096~4096",
        },
    ),
    "a large density": (
        DensityConfig,
        {"model.channels": "256", "model.layers": "30", "model.kernel": "7"},
    ),
    "many networks together": (Sweep, {"base.model.hidden": "1500~1500~1500", "seeds": "32"}),
}


def read(cls: type[Work], items: dict[str, str]) -> Any:
    config, problems = cls.read(items)
    assert not problems
    return config


@pytest.mark.parametrize(("cls", "items"), LARGE.values(), ids=LARGE)
def test_what_is_too_large_is_refused_with_settings_that_work(
    cls: type[Work], items: dict[str, str]
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = too_large(read(cls, items))
    assert found is not None and "is the most. What works: " in found.sentence
    assert found.instead is not None and too_large(found.instead) is None
    most = max(zip(found.instead.costs(), MOST, strict=True), key=lambda pair: pair[0] / pair[1])
    assert most[0] > most[1] / 2, "near to what was asked for"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "kB: none built"


@pytest.mark.parametrize("cls", [TrainConfig, DensityConfig, Sweep])
def test_what_a_page_opens_with_is_not(cls: type[Work]) -> None:
    assert too_large(cls()) is None


@pytest.mark.parametrize("model", ["gated", "naive", "nade", "fvsbn", "independent"])
def test_the_weights_of_a_density_are_counted_exactly(model: str) -> None:
    config = read(DensityConfig, {"model": model, "source": "images"})
    built = config.build(config.pictures())
    assert config.costs().weights == sum(p.numel() for p in built.parameters())


@pytest.mark.parametrize(
    "items",
    [
        {},
        {"data": "digits", "model": "cnn"},
        {"data": "digits", "model": "resnet"},
        {"data": "wine"},
    ],
)
def test_the_weights_of_a_network_are_counted_exactly(items: dict[str, str]) -> None:
    config = read(TrainConfig, items)
    data = config.prepared()
    outputs = config.task.outputs(data)
    model = config.model.build(data.shape, outputs, config.layers, config.seed)
    assert config.costs().weights == sum(p.numel() for p in model.parameters())
    seen = sum(
        m.in_features * m.out_features for m in model.modules() if isinstance(m, torch.nn.Linear)
    )
    assert config.costs().products >= seen


def test_what_was_missing_is_judged_when_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainConfig(seed=4711)
    with monkeypatch.context() as patch:
        patch.setattr(TrainConfig, "prepared", _missing)
        assert too_large(config) is None
    monkeypatch.setattr("engine.runs.costs.MOST", MOST._replace(weights=1))
    assert too_large(config) is not None


def _missing(config: TrainConfig) -> None:
    raise DataError("The files are missing.")
