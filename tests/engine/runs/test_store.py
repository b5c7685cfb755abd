"""The store keeps what it was given, and says in a sentence what it cannot."""

import os
import shutil
import sqlite3
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.runs.files import StoreError, decode_arrays, decode_state, encode_arrays, encode_state
from engine.runs.store import BIN_SECONDS, RunStore
from engine.runs.work import load
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


def test_an_index_of_an_earlier_version_gets_the_columns_that_it_lacks(begun):
    begun.append(CONFIG.key, [(1, {"loss": 1.0})])
    begun.set(CONFIG.key, state="done", note="kept")
    for column in ("owner", "note", "created", "device"):
        begun._index._db.execute(f"ALTER TABLE runs DROP COLUMN {column}")
    begun.close()
    again = RunStore(begun.root)
    assert not again.trouble and again.run(CONFIG.key).state == "done"
    assert again.run(CONFIG.key).note == again.run(CONFIG.key).owner == ""
    again.begin(TrainConfig(seed=6))
    assert len(again.runs()) == 2 and again.history(CONFIG.key)
    again.close()


@pytest.mark.parametrize("table", ["runs", "points", "frames"])
def test_an_index_of_another_kind_is_set_aside_and_said(begun, table):
    begun._index._db.execute(f"DROP TABLE {table}")
    begun._index._db.execute(f"CREATE TABLE {table} (other TEXT)")
    begun.close()
    again = RunStore(begun.root)
    assert "set aside as index.damaged" in again.trouble and again.runs() == []
    again.close()


@pytest.mark.parametrize(
    "columns",
    [
        {"facts": "{not JSON"},
        {"facts": "[1]", "summary": "7"},
        {"summary": '{"a": "text", "b": null, "test_loss": 0.5}'},
        {"config": "[1]"},
        {"config": '{"kind": ["train"]}'},
        {"config": '{"kind": "train", "data": {"id": []}, "layers": 3}'},
        {"config": "[" * 100_000},
        {"created": 1e300, "used": "yesterday", "seconds": float("-inf")},
        {"created": -1e18},
        {"step": "many", "steps": 1.5, "pinned": "no"},
        {"state": "asleep"},
        {"message": '{"said": broken', "device": '{"said": "{a}", "with": 3}'},
        {"message": '{"said": "{a.b[0]} {", "with": {}}'},
        {"facts": b"\xff\xfe", "note": b"\x00", "owner": 12},
    ],
)
def test_a_row_that_somebody_damaged_does_not_hide_the_others(begun, columns):
    other = TrainConfig(seed=6)
    begun.begin(other)
    names = ", ".join(f"{name} = ?" for name in columns)
    with begun._index.write() as db:
        db.execute(f"UPDATE runs SET {names} WHERE key = ?", (*columns.values(), CONFIG.key))
    assert {run.key for run in begun.runs()} == {CONFIG.key, other.key}
    run = begun.run(CONFIG.key)
    datetime.fromtimestamp(run.created, UTC)
    assert all(isinstance(value, int | float) for value in run.summary.values())
    assert all(isinstance(text, str) for text in (run.message, run.device, run.note, run.owner))
    with suppress(ValueError):
        load(run.config)
    begun.interrupt_orphans(), begun.prune()


@pytest.mark.parametrize("size", [0, 1, 99])
def test_an_index_that_was_cut_is_set_aside_and_said(begun, size):
    begun.close()
    path = begun.root / "index.sqlite"
    path.write_bytes(path.read_bytes()[:size])
    again = RunStore(begun.root)
    assert "set aside as index.damaged" in again.trouble
    again.begin(CONFIG)
    again.close()
    third = RunStore(begun.root)
    assert not third.trouble and len(third.runs()) == 1
    third.close()


def test_an_index_that_another_server_is_just_making_is_waited_for(tmp_path):
    path = tmp_path / "index.sqlite"
    path.touch()
    made = threading.Timer(0.2, lambda: RunStore(tmp_path / "other").close())
    made.start()
    made.join()
    threading.Timer(0.2, lambda: shutil.copy(tmp_path / "other" / "index.sqlite", path)).start()
    store = RunStore(tmp_path)
    assert not store.trouble
    store.close()


def test_a_read_does_not_wait_for_a_write_that_waits(begun):
    other = sqlite3.connect(begun.root / "index.sqlite")
    other.execute("BEGIN IMMEDIATE")
    writing = threading.Thread(target=lambda: _refused(begun), daemon=True)
    writing.start()
    time.sleep(0.2)  # it waits for the lock, up to 5 s
    begun_at = time.perf_counter()
    assert begun.run(CONFIG.key) and begun.runs() and begun.history(CONFIG.key) == {}
    assert time.perf_counter() - begun_at < 1 and writing.is_alive()
    other.rollback()
    other.close()
    writing.join()


def _refused(store):
    with suppress(StoreError):
        store.set(CONFIG.key, note="x")


def test_what_an_index_that_was_set_aside_knew_is_counted_and_goes_first(begun):
    old = TrainConfig(seed=6)
    begun.begin(old)
    begun.save(old.key, "weights", bytes(1000))
    begun.close()
    (begun.root / "index.sqlite").write_bytes(b"no database " * 1000)
    (begun.root / "mine.txt").write_bytes(bytes(5000))  # not ours to delete
    again = RunStore(begun.root, limit=50_000)
    again.begin(CONFIG)
    again.save(CONFIG.key, "weights", bytes(1000))
    again.set(CONFIG.key, state="done")
    aside = next(again.root.glob("index.damaged*"))
    assert set(again.left_behind()) == {again.root / old.key, *again.root.glob("index.damaged*")}
    assert again.prune() == [], "there is room for all of it"
    again.limit = 1500
    assert set(again.prune()) >= {old.key, aside.name}
    assert not (again.root / old.key).exists() and not aside.exists()
    assert again.run(CONFIG.key) and (again.root / "mine.txt").exists()
    again.close()


def test_what_comes_after_a_run_was_deleted_is_kept_nowhere(begun):
    """Another server may delete what this one computes."""
    begun.delete(CONFIG.key)
    begun.append(CONFIG.key, [(1, {"loss": 1.0})], [(1, b"picture")], 1)
    begun.save(CONFIG.key, "checkpoint", b"state")
    assert begun.history(CONFIG.key) == {} and begun.frame_steps(CONFIG.key) == []
    assert not (begun.root / CONFIG.key).exists()


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


def test_what_is_stored_late_does_not_empty_the_bin(begun):
    begun.save(CONFIG.key, "weights", b"first")
    begun.bin(CONFIG.key)
    begun.save(CONFIG.key, "checkpoint", b"late")
    assert begun.restore(CONFIG.key) and begun.data(CONFIG.key, "weights") == b"first"
