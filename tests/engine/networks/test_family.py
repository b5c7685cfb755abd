"""Is each trained network as it is described, wherever it comes from?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.networks import ORIGINS, describe, members
from engine.networks.classifiers import classifier
from engine.networks.published import PRETRAINED
from engine.runs import handed
from engine.runs.events import Done
from engine.runs.files import encode_state
from engine.runs.store import RunStore
from engine.runs.work import NETWORK as RUN
from engine.runs.work import Work
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.networks import USE as DENSITY
from engine.topics.autoregressive.shipped import build, shipped
from engine.topics.autoregressive.train import train_density
from engine.training.config import TrainConfig
from engine.training.train import train

CPU = torch.device("cpu")
SHAPES = {"data": "shapes", "data.size": "16", "data.examples": "200", "epochs": "1"}
RUNS = {
    "cnn": TrainConfig.read(SHAPES | {"model": "cnn"})[0],
    "mlp": TrainConfig.read(SHAPES | {"model": "mlp"})[0],
    "density": DensityConfig.read({"model.channels": "4", "model.layers": "1", "epochs": "1"})[0],
    "open": DensityConfig.read(
        {"model.channels": "4", "model.layers": "1", "epochs": "1", "conditional": "0"}
    )[0],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStore]:
    """With a finished run of each."""
    store = RunStore(tmp_path_factory.mktemp("family"))
    before = list(handed._elsewhere)
    handed.look_up_by(lambda key: handed.of_store(store, key))
    for config in RUNS.values():
        events = train(config, CPU) if isinstance(config, TrainConfig) else train_density(config)
        (done,) = [event for event in events if isinstance(event, Done)]
        store.begin(config)
        store.save(config.key, "weights", encode_state(done.weights))
        store.set(config.key, state="done", summary=done.summary)
    yield store
    handed._elsewhere[:] = before
    store.close()


def test_menus_hold_all_of_them_by_where_they_come_from(store: RunStore) -> None:
    for use in ("classification", DENSITY):
        found = members(use, store)
        assert len({member.id for member in found}) == len(found)
        assert len({member.label for member in found}) == len(found), "each can be told apart"
        order = [list(ORIGINS).index(member.origin) for member in found]
        assert order == sorted(order)
        assert sum(member.origin == "trained" for member in found) == 2


def test_each_that_tells_pictures_apart_is_as_it_is_described(store: RunStore) -> None:
    for member in members("classification", store):
        if not member.here:
            with pytest.raises(ValueError, match="are not here"):
                describe("classification", member.id)
            continue
        found, of = describe("classification", member.id), classifier(member.id)
        assert (found.id, found.origin) == (member.id, member.origin)
        picture = torch.full((2, *found.shape), found.highest)
        with torch.no_grad():
            assert of.model(of.scale(picture)).shape == (2, len(found.classes))
        assert found.parameters == sum(p.numel() for p in of.model.parameters())
        assert set(found.layers) <= dict(of.model.named_modules()).keys()
        assert any("feature maps" in lack for lack in found.lacks) == (not found.layers)
        assert "%" in found.quality


def test_an_mlp_has_no_layer_that_can_be_asked(store: RunStore) -> None:
    cnn, mlp = (describe("classification", RUN + RUNS[name].key) for name in ("cnn", "mlp"))
    assert cnn.layers and not cnn.lacks and not mlp.layers and mlp.lacks


def test_each_density_is_as_it_is_described(store: RunStore) -> None:
    for member in members(DENSITY, store):
        found = describe(DENSITY, member.id)
        assert (found.id, found.origin) == (member.id, member.origin)
        run = store.data(member.id.removeprefix(RUN), "weights")
        config = next((c for c in RUNS.values() if RUN + c.key == member.id), None)
        model = shipped(member.id).model if run is None else build(config, run)  # type: ignore[arg-type]
        assert found.shape == model.shape and found.highest == model.levels - 1
        assert len(found.classes) == model.classes
        assert found.parameters == sum(p.numel() for p in model.parameters())
        assert bool(found.lacks) == (not model.classes)


@pytest.mark.parametrize("use", ["classification", DENSITY])
@pytest.mark.parametrize("id", ["", "nonsense", "run-0123456789abcdef", "run-../../etc", "é" * 999])
def test_one_that_is_not_there_is_one_sentence(use, id: str, store: RunStore) -> None:
    with pytest.raises(ValueError) as error:
        describe(use, id)
    assert 10 < len(str(error.value)) < 300


def test_one_whose_file_is_gone_is_one_sentence(tmp_path: Path, monkeypatch) -> None:
    config: Work = RUNS["cnn"]
    empty = RunStore(tmp_path)
    empty.begin(config)
    empty.set(config.key, state="done")
    monkeypatch.setattr(handed, "_elsewhere", [lambda key: handed.of_store(empty, key)])
    classifier.cache_clear()
    with pytest.raises(ValueError, match="no trained run"):
        describe("classification", RUN + config.key)
    empty.close()


def test_those_of_others_say_whether_their_weights_are_here(store: RunStore) -> None:
    found = {member.id: member.here for member in members("classification", store)}
    assert not any(found[id] for id in PRETRAINED)
