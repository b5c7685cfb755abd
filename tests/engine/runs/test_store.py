"""The store keeps what it was given, and says in a sentence what it cannot."""

import os
import sqlite3
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.runs.files import StoreError, decode_arrays, decode_state, encode_arrays, encode_state
from engine.runs.store import BIN_SECONDS, RunStore
from engine.training.config import TrainConfig

CONFIG = TrainConfig(seed=5)


@pytest.fixture
def begun(store):
    store.begin(CONFIG)
    return store


def test_history_comes_back_in_order_and_without_what_is_not_finite(begun):
    begun.append(CONFIG.key, [(2, {"loss": 0.5}), (1, {"loss": 0.7, "bad": float("nan")})])
    history = begun.history(CONFIG.key)
    assert list(history) == ["loss"]
    np.testing.assert_array_equal(history["loss"][0], [1, 2])
    np.testing.assert_array_equal(history["loss"][1], [0.7, 0.5])


def test_pictures_come_back_as_they_were(begun):
    arrays = {"surface": np.random.rand(2, 3).astype(np.float16), "n": np.arange(4)}
    begun.append(CONFIG.key, frames=[(7, encode_arrays(arrays))])
    assert begun.frame_steps(CONFIG.key) == [7]
    for name, value in begun.frame(CONFIG.key, 7).items():
        np.testing.assert_array_equal(value, arrays[name])
        assert value.dtype == arrays[name].dtype
    assert begun.frame(CONFIG.key, 8) == {}


def test_weights_come_back_as_they_were(begun):
    state = {"w": torch.randn(3, 2), "n": torch.tensor(3)}
    begun.save(CONFIG.key, "weights", encode_state(state))
    found = begun.load(CONFIG.key, "weights")
    assert all(torch.equal(found[name], value) for name, value in state.items())
    assert begun.load(CONFIG.key, "checkpoint") is None


def test_two_servers_share_a_folder(begun):
    begun.set(CONFIG.key, note="seen by both", pinned=1)
    other = RunStore(begun.root)
    assert other.run(CONFIG.key).note == "seen by both" and other.run(CONFIG.key).pinned
    other.close()


def test_many_threads_write_at_once(begun):
    def write(series):
        for step in range(50):
            begun.append(CONFIG.key, [(step, {series: float(step)})])

    threads = [threading.Thread(target=write, args=(f"s{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {len(steps) for steps, _ in begun.history(CONFIG.key).values()} == {50}


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 8, b"\xff" * 4096, b"\x80\x04N.", encode_state({"w": torch.ones(99)})[:-40]],
    ids=["empty", "no header", "header that lies", "pickle", "truncated"],
)
def test_a_file_that_is_not_whole_tensors_is_refused_by_name(begun, data):
    begun.save(CONFIG.key, "weights", data)
    with pytest.raises(StoreError, match=r"weights.safetensors is not a whole safetensors file"):
        begun.load(CONFIG.key, "weights")
    with pytest.raises(StoreError):
        decode_state(data)
    with pytest.raises(StoreError):
        decode_arrays(data)


@pytest.mark.parametrize("damage", [b"not a database at all", None], ids=["overwritten", "torn"])
def test_a_damaged_index_is_set_aside_and_said(begun, damage):
    root = begun.root
    begun.append(CONFIG.key, [(i, {"loss": 1.0}) for i in range(3000)])
    begun.close()
    path = root / "index.sqlite"
    content = path.read_bytes()
    path.write_bytes(damage or content[:100] + b"\xaa" * (len(content) - 100))
    fresh = RunStore(root)
    assert fresh.runs() == [] and "set aside as index.damaged" in fresh.trouble
    assert list(root.glob("index.damaged*")), "nothing is thrown away"
    fresh.begin(CONFIG)
    fresh.close()


def test_a_full_disk_is_said_and_what_was_stored_stays(begun):
    begun.append(CONFIG.key, [(1, {"loss": 1.0})])
    pages = begun._index._db.execute("PRAGMA page_count").fetchone()[0]
    begun._index._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError, match="The disk is full"):
        begun.append(CONFIG.key, frames=[(1, bytes(100_000))])
    assert begun.history(CONFIG.key)["loss"][1] == [1.0]


def test_a_locked_index_is_said(begun):
    begun._index._db.execute("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(begun.root / "index.sqlite")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program"):
        begun.set(CONFIG.key, note="x")
    other.rollback()
    begun.set(CONFIG.key, note="x")
    other.close()


def test_a_folder_that_cannot_be_written_is_said(begun, monkeypatch):
    (begun.root / CONFIG.key).write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"weights.safetensors could not be written"):
        begun.save(CONFIG.key, "weights", b"x")


def test_the_runs_used_longest_ago_go_first_and_pinned_ones_never(store):
    configs = [TrainConfig(seed=seed) for seed in range(4)]
    for age, config in enumerate(configs):
        store.begin(config)
        store.save(config.key, "weights", bytes(1000))
        store.set(config.key, state="done", used=float(age), pinned=int(age == 0))
    store.limit = 2500
    assert store.prune() == [configs[1].key, configs[2].key]
    assert {run.key for run in store.runs()} == {configs[0].key, configs[3].key}
    assert not (store.root / configs[1].key).exists()


def test_an_active_run_is_never_pruned(begun):
    begun.save(CONFIG.key, "checkpoint", bytes(1000))
    begun.limit = 10
    assert begun.prune() == []


def test_a_fork_takes_history_and_checkpoint_up_to_a_step(begun):
    other = TrainConfig(seed=6)
    begun.append(CONFIG.key, [(1, {"loss": 1.0}), (2, {"loss": 0.5}), (3, {"loss": 0.2})])
    begun.set(CONFIG.key, step=3, steps=9, facts={"per_epoch": 3})
    begun.save(CONFIG.key, "checkpoint", b"state")
    begun.fork(CONFIG.key, other, 2)
    run = begun.run(other.key)  # as far as the other, so that it can be forked again at once
    assert (run.step, run.steps, run.facts) == (2, 9, {"per_epoch": 3})
    assert list(begun.history(other.key)["loss"][0]) == [1, 2]
    assert (begun.root / other.key / "checkpoint.safetensors").read_bytes() == b"state"
    assert len(begun.history(CONFIG.key)["loss"][0]) == 3


def test_keys_never_leave_the_folder(store):
    with pytest.raises(StoreError, match="is not the key of a run"):
        store.load("../../etc/passwd", "weights")


def test_runs_of_a_dead_server_are_interrupted_and_those_of_a_live_one_are_not(begun):
    assert begun.interrupt_orphans() == []
    begun.set(CONFIG.key, owner="999999999:1.0")
    assert begun.interrupt_orphans() == [CONFIG.key]
    assert begun.run(CONFIG.key).state == "interrupted"


@pytest.mark.parametrize(
    "owner",
    [f"{os.getpid()}:1700000000.0", f"laptop.home:{os.getpid()}", f"{os.getpid()}", "", "x:y"],
    ids=["another process of that number", "host and number", "number alone", "nobody", "words"],
)
def test_whoever_has_the_number_of_a_dead_server_is_not_taken_for_it(begun, owner):
    begun.set(CONFIG.key, owner=owner)
    assert begun.interrupt_orphans() == [CONFIG.key]


def test_an_index_of_a_later_version_with_more_columns_is_read(begun):
    begun._index._db.execute("ALTER TABLE runs ADD COLUMN colour TEXT DEFAULT 'red'")
    assert begun.run(CONFIG.key).state == begun.runs()[0].state == "queued"


@pytest.mark.parametrize("key", ["", "..", "../other", "a/b", "a b"])
def test_deleting_what_is_no_run_deletes_nothing(begun, key):
    begun.save(CONFIG.key, "weights", b"x")
    with pytest.raises(StoreError, match="is not the key of a run"):
        begun.delete(key)
    assert (begun.root / CONFIG.key / "weights.safetensors").exists()


def test_a_draft_that_was_renamed_while_sizes_are_read_counts_nothing(begun, monkeypatch):
    begun.save(CONFIG.key, "weights", bytes(100))
    gone = begun.root / CONFIG.key / ".weights.safetensors.1.2"
    monkeypatch.setattr(Path, "glob", lambda self, what: iter([gone, *self.iterdir()]))
    assert begun.size(CONFIG.key) == 100


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match=r"Runs cannot be stored in .*file/runs: Not a directory"):
        RunStore(tmp_path / "file" / "runs")


def test_an_index_that_was_damaged_in_mid_use_is_said(begun):
    begun.append(CONFIG.key, [(i, {"loss": 1.0}) for i in range(3000)])
    begun._index._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = begun.root / "index.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xaa" * (len(content) - 100))
    begun._index._db.execute("PRAGMA cache_size = 0")
    with pytest.raises(StoreError, match="could not be used"):
        begun.history(CONFIG.key)


def test_what_is_in_the_bin_is_gone_and_comes_back_whole(begun):
    begun.append(CONFIG.key, [(1, {"train_loss": 0.5})], step=1)
    begun.set(CONFIG.key, state="done")
    begun.bin(CONFIG.key)
    assert begun.run(CONFIG.key) is None and begun.runs() == []
    assert begun.restore(CONFIG.key)
    run = begun.run(CONFIG.key)
    assert run.state == "done" and begun.history(CONFIG.key)["train_loss"][1] == [0.5]
    assert not begun.restore(CONFIG.key), "it is not there twice"


def test_what_is_in_the_bin_is_forgotten_after_a_while(begun, monkeypatch):
    begun.bin(CONFIG.key)
    begun.prune()
    assert CONFIG.key in begun.binned()
    now = time.time()
    monkeypatch.setattr("engine.runs.store.time.time", lambda: now + BIN_SECONDS + 1)
    begun.prune()
    assert not begun.binned() and not begun.restore(CONFIG.key)


def test_what_is_computed_anew_does_not_begin_with_what_was_deleted(begun):
    begun.append(CONFIG.key, [(1, {"train_loss": 0.5})], step=1)
    begun.bin(CONFIG.key)
    begun.begin(CONFIG)
    assert begun.run(CONFIG.key).step == 0 and not begun.history(CONFIG.key)
