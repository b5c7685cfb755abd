"""Binarised MNIST: by chance, by threshold, and the published file; with and without files."""

import struct

import numpy as np
import pytest
import torch

from engine.autoregressive.pictures import SOURCES
from engine.autoregressive.pictures.binarised import by_chance
from engine.data import DATASETS, DataError, held_out_digits
from engine.topics.autoregressive.config import DensityConfig


@pytest.fixture
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def files(empty):
    """The four files of MNIST at their real size, drawn at random."""
    draw = np.random.default_rng(0)
    raw = empty / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for stem, count in (("train", 60_000), ("t10k", 10_000)):
        x = draw.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        x[:, 0, 0], x[:, 0, 1] = 0, 255
        head = struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28)
        (raw / f"{stem}-images-idx3-ubyte").write_bytes(head + x.tobytes())
        y = draw.integers(0, 10, count, dtype=np.uint8)
        labels = struct.pack(">4BI", 0, 0, 8, 1, count) + y.tobytes()
        (raw / f"{stem}-labels-idx1-ubyte").write_bytes(labels)
    return empty


def test_the_split_is_the_published_one_and_chance_is_drawn_once(files):
    whole = DATASETS["mnist"]().load(0)
    found = SOURCES["binarised"]().load(0)
    assert [len(p.x) for p in (found.train, found.validation, found.test)] == [50_000, 10**4, 10**4]
    assert torch.equal(found.test.y, whole.y[-10_000:])
    assert torch.equal(found.validation.y, whole.y[50_000:60_000])
    assert not found.train.x[:, 0, 0, 0].any() and found.train.x[:, 0, 0, 1].all()
    grey = whole.x[:50_000].float() / 255
    assert abs((found.train.x.float() - grey).mean()) < 1e-3
    middle = (grey > 0.45) & (grey < 0.55)
    assert 0.45 < found.train.x[middle].float().mean() < 0.55
    assert torch.equal(SOURCES["binarised"]().load(0).train.x, found.train.x)
    assert not torch.equal(SOURCES["binarised"]().load(1).train.x, found.train.x)
    hard = SOURCES["binarised"](draw="threshold").load(0).train.x
    assert torch.equal(hard, (whole.x[:50_000] >= 128).to(torch.uint8))


def test_the_published_file_is_read_and_checked(empty):
    source, folder = SOURCES["binarised"](draw="published"), empty / "binarized_mnist"
    with pytest.raises(DataError, match=r"binarized_mnist_train\.amat"):
        source.load(0)
    folder.mkdir()
    draw, parts = np.random.default_rng(0), {}
    for name, count in (("train", 50_000), ("valid", 10_000), ("test", 10_000)):
        parts[name] = draw.integers(0, 2, (count, 784), dtype=np.uint8)
        text = np.full((count, 1568), ord(" "), np.uint8)
        text[:, ::2], text[:, -1] = parts[name] + ord("0"), ord("\n")
        (folder / f"binarized_mnist_{name}.amat").write_bytes(text.tobytes())
    found = source.load(0)
    assert found.classes == () and found.levels == 2
    assert (found.test.x.view(-1, 784).numpy() == parts["test"]).all()
    for broken in (b"0 1\n", b"0 2 1\n" * 784, b"\x00" * 100):
        (folder / "binarized_mnist_test.amat").write_bytes(broken)
        from engine.autoregressive.pictures import binarised

        binarised._load.cache_clear()
        with pytest.raises(DataError, match="put it there anew"):
            source.load(0)


def test_without_files_real_digits_stand_in(empty):
    for items in (
        {"source": "binarised"},
        {"source": "binarised", "source.draw": "threshold"},
        {"source.data": "mnist", "source.levels": "16"},
    ):
        config, problems = DensityConfig.read(items)
        assert not problems
        with pytest.raises(DataError):
            config.pictures()
        found = config.at_hand()
        assert (
            found.shape == (1, 28, 28) and len(found.test.x) == 500 and len(found.train.x) == 5000
        )
        assert found.test.y.bincount().tolist() == [50] * 10
        assert found.levels == config.build(found).levels and found.test.x.max() < found.levels
    config, _ = DensityConfig.read({"source.data": "fashion_mnist"})
    with pytest.raises(DataError):
        config.at_hand()


def test_the_digits_that_are_held_out_are_none_of_those_at_hand():
    held, known = held_out_digits(), DATASETS["mnist_5k"]().load(0)
    assert held.x.shape == (500, 1, 28, 28) and known.y.bincount().tolist() == [500] * 10
    rows = {row.numpy().tobytes() for row in known.x}
    assert not any(row.numpy().tobytes() in rows for row in held.x)
    assert torch.equal(by_chance(torch.tensor([0, 255] * 50, dtype=torch.uint8), 3),
                       torch.tensor([0, 1] * 50, dtype=torch.uint8))  # fmt: skip
