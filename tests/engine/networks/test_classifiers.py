"""Do trained networks come back as they were, and are those that cannot be had refused?"""

from pathlib import Path

import pytest
import torch
from distributed import LocalCluster

from engine.networks import classifiers
from engine.networks.classifiers import (
    accuracy,
    build,
    classifier,
    ship,
    shipped_names,
    trained_in_lab,
)
from engine.runs import handed
from engine.runs.events import Done
from engine.runs.files import encode_state
from engine.runs.jobs import Jobs
from engine.runs.store import RunStore
from engine.topics.explain_images.sanity import Sanity
from engine.training.config import TrainConfig
from engine.training.train import train

CPU = torch.device("cpu")
LITTLE = TrainConfig.read(
    {"data": "shapes", "data.size": "16", "data.examples": "200", "model": "cnn", "epochs": "1"}
)[0]


@pytest.fixture(scope="module")
def trained() -> Done:
    (done,) = [event for event in train(LITTLE, CPU) if isinstance(event, Done)]
    return done


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_network_is_right_as_often_as_its_file_says(name: str) -> None:
    of = classifier(name)
    assert not of.model.training
    examples = of.examples(240)
    assert examples.x.shape == (240, *of.shape)
    assert torch.allclose(of.unscale(examples.x), examples.pictures, atol=1e-5)
    assert torch.allclose(of.scale(examples.pictures), examples.x, atol=1e-4)
    assert examples.pictures.min() >= 0 and examples.pictures.max() <= 1
    assert accuracy(of, examples) == pytest.approx(of.measured["accuracy"], abs=0.03)
    assert of.measured["accuracy"] > 0.95
    assert len(of.classes) == int(of.model(examples.x[:1]).shape[1])


def test_held_out_pictures_are_none_that_were_learned_from() -> None:
    of = classifier("glyphs")
    learned = {row.numpy().tobytes() for row in of.prepared.data.x}
    shown = (of.examples(100).pictures * 255).round().to(torch.uint8)
    assert not any(row.numpy().tobytes() in learned for row in shown)


def test_the_page_opens_on_the_network_whose_evidence_is_known() -> None:
    assert shipped_names()[0] == "shapes_cnn"
    masks = classifier("shapes_cnn").examples(10).masks
    assert masks is not None and masks.shape == (10, 64, 64)


def test_shipped_networks_stay_small() -> None:
    assert sum(path.stat().st_size for path in classifiers.FOLDER.glob("*")) < 2e6


def test_what_is_shipped_comes_back(
    trained: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifiers, "FOLDER", tmp_path)
    data = LITTLE.prepared()
    of = build("mine", LITTLE, data.classes, data.mean, data.std, trained.weights, {"seconds": 1.0})
    ship(of)
    classifier.cache_clear()
    again = classifier("mine")
    assert again.config == LITTLE
    x = of.examples(20).x
    with torch.no_grad():
        assert torch.allclose(again.model(x), of.model(x), atol=0.05)  # half precision
    (tmp_path / "mine.safetensors").write_bytes(b"damaged")
    classifier.cache_clear()
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        classifier("mine")
    classifier.cache_clear()


def test_a_run_of_the_lab_can_be_explained(
    trained: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    monkeypatch.setattr(handed, "_elsewhere", [lambda key: handed.of_store(store, key)])
    store.begin(LITTLE)
    name = f"run-{LITTLE.key}"
    with pytest.raises(ValueError, match="no trained run"):
        classifier(name)
    assert not trained_in_lab(store), "it is not done"
    store.save(LITTLE.key, "weights", encode_state(trained.weights))
    store.set(LITTLE.key, state="done", summary=trained.summary)
    assert list(trained_in_lab(store)) == [name]
    of = classifier(name)
    store.close()
    assert of.shape == (3, 16, 16)
    examples = of.examples(60)
    assert accuracy(of, examples) == pytest.approx(trained.summary["test_accuracy"], abs=0.3)


@pytest.mark.parametrize("name", ["nonsense", "run-0123456789abcdef", "run-../../etc", "run-"])
def test_a_network_that_is_not_there_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(ValueError) as error:
        classifier(name)
    assert len(str(error.value)) < 300


def test_weights_of_another_network_are_refused(trained: Done) -> None:
    data = LITTLE.prepared()
    other = LITTLE.with_("model.channels", (4, 4))
    with pytest.raises(ValueError, match="another network"):
        build("x", other, data.classes, data.mean, data.std, trained.weights, {})


def test_a_network_of_the_lab_reaches_a_worker_elsewhere_as_weights(
    trained: Done, tmp_path: Path
) -> None:
    """A scheduler that was there before, and a worker whose own folder of runs is empty."""
    cluster = LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        silence_logs=50, env={"BLINDSPOT_RUNS": str(tmp_path / "of the worker")},
    )  # fmt: skip
    store = RunStore(tmp_path / "of the server")
    store.begin(LITTLE)
    store.save(LITTLE.key, "weights", encode_state(trained.weights))
    store.set(LITTLE.key, state="done", summary=trained.summary)
    remote = Jobs(store, cluster.scheduler_address)
    try:
        work = Sanity(network=f"run-{LITTLE.key}", methods=("saliency",), pictures=4)
        remote.submit(work)
        run = remote.wait(work.key, timeout=200)
        assert run is not None and run.state == "done", run and run.message
    finally:
        remote.close()
        cluster.close()
        store.close()
    assert not (tmp_path / "of the worker").exists(), "no worker opens a store"
