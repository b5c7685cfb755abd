"""What happened in every run, and where are its weights? Runs on disk, the only truth.

`index.sqlite` (WAL) holds each run's config, state, metric history and pictures; a folder a run
holds `weights.safetensors` and `checkpoint.safetensors`, written elsewhere and renamed, so that a
file that exists is whole. Deleting a run is always safe: it can be computed again.
"""

import json
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.paths import ROOT
from engine.runs.damaged import by_name, number, sentence
from engine.runs.events import State
from engine.runs.files import (
    Arrays,
    StoreError,
    bytes_of,
    decode_arrays,
    decode_state,
    remove,
    write_whole,
)
from engine.runs.index import ASIDE, Index
from engine.runs.owner import lives, this_process
from engine.runs.work import Work, dump
from engine.words import pack, said

RunState = Literal[
    "queued", "running", "paused", "stopped", "done", "diverged", "failed", "interrupted"
]
ACTIVE = ("queued", "running")
STOPPED = said("The server stopped in mid-run. Resume goes on from the last checkpoint.")
LATEST = 253402214400.0  # seconds since 1970 to the last day of the year 9999: what dates go to
KEY = re.compile(r"[0-9a-f]{16}")  # the name of a run's folder
Series = dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]
EMPTY = (np.array([], np.int64), np.array([], np.float64))  # (steps, values) of no series
BIN = "deleted/"  # in front of the state of a run that can be brought back
BIN_SECONDS = 900.0  # for so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run as the store knows it."""

    key: str
    kind: str
    config: str  # JSON; `engine.runs.work.load` reads it
    state: RunState
    step: int
    steps: int
    seconds: float
    created: float  # seconds since 1970
    used: float
    device: str
    facts: dict[str, Any]
    summary: dict[str, float]
    message: str
    note: str
    pinned: bool
    owner: str

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


COLUMNS = ", ".join(field.name for field in fields(Run))  # a later version may have more


def runs_folder() -> Path:
    """Where runs are kept: `BLINDSPOT_RUNS`, else `runs` beside the program."""
    return Path(os.environ.get("BLINDSPOT_RUNS") or ROOT / "runs")


class RunStore:
    """All runs below one folder. Thread-safe; several processes may share the folder."""

    def __init__(self, root: Path, limit: int = 2 * 2**30) -> None:
        """
        Args:
            root: made where it is missing.
            limit: bytes; beyond it the runs used longest ago go, pinned and active ones never.

        Raises:
            StoreError: the folder cannot be used.
        """
        self.root, self.limit = root, limit
        self.owner = this_process()
        self._index = Index(root)

    @property
    def trouble(self) -> str:
        """What went wrong on opening, as a sentence; empty where nothing did."""
        return self._index.trouble

    # ---- runs ----

    def runs(self) -> list[Run]:
        """Newest first; those in the bin are not among them."""
        rows = self._index.rows(
            f"SELECT {COLUMNS} FROM runs WHERE state NOT LIKE ? ORDER BY created DESC", f"{BIN}%"
        )
        return [_run(row) for row in rows]

    def run(self, key: str) -> Run | None:
        rows = self._index.rows(
            f"SELECT {COLUMNS} FROM runs WHERE key = ? AND state NOT LIKE ?", key, f"{BIN}%"
        )
        return _run(rows[0]) if rows else None

    def begin(self, config: Work) -> None:
        """Note a run as queued, keeping the history it has."""
        now = time.time()
        if config.key in self.binned():  # it was deleted, and is computed anew
            self.delete(config.key)
        with self._index.write() as db:
            db.execute(
                "INSERT INTO runs (key, kind, config, state, created, used, owner)"
                " VALUES (?, ?, ?, 'queued', ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
                " state = 'queued', used = excluded.used, owner = excluded.owner, message = ''",
                (config.key, config.kind, dump(config), now, now, self.owner),
            )

    def set(self, key: str, **columns: Any) -> None:
        """Change columns of a run: state, step, steps, summary, message, note, pinned, …"""
        values = {
            k: json.dumps(v) if isinstance(v, dict) else pack(v) if isinstance(v, str) else v
            for k, v in columns.items()
        }
        names = ", ".join(f"{name} = ?" for name in values)  # ours, never a user's
        with self._index.write() as db:
            db.execute(f"UPDATE runs SET {names} WHERE key = ?", (*values.values(), key))

    def touch(self, key: str) -> None:
        """Somebody looks at this run: it is the last to be pruned."""
        self.set(key, used=time.time())

    def interrupt_orphans(self) -> list[str]:
        """Mark active runs whose server process is gone; returns their keys."""
        orphans = [run.key for run in self.runs() if run.active and not lives(run.owner)]
        for key in orphans:
            self.set(key, state="interrupted", message=STOPPED)
        return orphans

    def bin(self, key: str) -> None:
        """Delete a run in such a way that `restore` brings it back, for `BIN_SECONDS`."""
        with self._index.write() as db:
            db.execute(
                "UPDATE runs SET state = ? || state, used = ? WHERE key = ? AND state NOT LIKE ?",
                (BIN, time.time(), key, f"{BIN}%"),
            )

    def restore(self, key: str) -> bool:
        """Bring a run back from the bin; False where it is there no more."""
        found = key in self.binned()
        with self._index.write() as db:
            db.execute(
                "UPDATE runs SET state = substr(state, ?), used = ? WHERE key = ? AND state LIKE ?",
                (len(BIN) + 1, time.time(), key, f"{BIN}%"),
            )
        return found

    def binned(self) -> dict[str, float]:
        """Keys of the runs in the bin, and since when."""
        rows = self._index.rows("SELECT key, used FROM runs WHERE state LIKE ?", f"{BIN}%")
        return {row["key"]: number(row["used"]) for row in rows}

    def delete(self, key: str) -> None:
        """Forget a run for good: its row, its history and its files."""
        folder = self._folder(key)
        with self._index.write() as db:
            for table in ("runs", "points", "frames"):
                db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))
        shutil.rmtree(folder, ignore_errors=True)

    def clear(self, key: str, after: int = -1) -> None:
        """Forget the history after a step, before it is computed again."""
        with self._index.write() as db:
            for table in ("points", "frames"):
                db.execute(f"DELETE FROM {table} WHERE key = ? AND step > ?", (key, after))
            db.execute("UPDATE runs SET step = min(step, ?) WHERE key = ?", (max(after, 0), key))

    def fork(self, key: str, config: Work, step: int) -> None:
        """Start `config` with the history and the checkpoint that another run has up to `step`."""
        self.begin(config)
        with self._index.write() as db:
            for table, columns in (("points", "series, step, value"), ("frames", "step, data")):
                db.execute(
                    f"INSERT OR REPLACE INTO {table} (key, {columns})"
                    f" SELECT ?, {columns} FROM {table} WHERE key = ? AND step <= ?",
                    (config.key, key, step),
                )
            db.execute(
                "UPDATE runs SET (steps, facts, seconds, device, step) ="
                " (SELECT steps, facts, seconds, device, min(step, ?) FROM runs WHERE key = ?)"
                " WHERE key = ?",
                (step, key, config.key),
            )
        if (data := self.data(key, "checkpoint")) is not None:
            self.save(config.key, "checkpoint", data)

    # ---- history ----

    def append(
        self,
        key: str,
        points: Iterable[tuple[int, dict[str, float]]] = (),
        frames: Iterable[tuple[int, bytes]] = (),
        step: int | None = None,
    ) -> None:
        """Add metrics and encoded pictures to a run there is; values that are not finite are left
        out.
        """
        rows = [
            (key, series, at, float(value))
            for at, values in points
            for series, value in values.items()
            if np.isfinite(value)
        ]
        with self._index.write() as db:
            if db.execute("SELECT 1 FROM runs WHERE key = ?", (key,)).fetchone() is None:
                return  # deleted meanwhile: nobody would own these
            db.executemany("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?)", rows)
            db.executemany(
                "INSERT OR REPLACE INTO frames VALUES (?, ?, ?)",
                [(key, at, data) for at, data in frames],
            )
            if step is not None:
                db.execute("UPDATE runs SET step = ? WHERE key = ?", (step, key))

    def history(self, key: str) -> Series:
        """Every series of a run: name to (steps, values), in step order."""
        rows = self._index.rows(
            "SELECT series, step, value FROM points WHERE key = ? ORDER BY series, step", key
        )
        found: dict[str, list[tuple[int, float]]] = {}
        for series, step, value in rows:
            found.setdefault(series, []).append((step, value))
        return {
            name: (
                np.array([step for step, _ in pairs], np.int64),
                np.array([value for _, value in pairs], np.float64),
            )
            for name, pairs in found.items()
        }

    def frame_steps(self, key: str) -> list[int]:
        return [
            row[0]
            for row in self._index.rows("SELECT step FROM frames WHERE key = ? ORDER BY step", key)
        ]

    def frame(self, key: str, step: int) -> Arrays:
        """The pictures of a run at a step; {} where there are none."""
        rows = self._index.rows("SELECT data FROM frames WHERE key = ? AND step = ?", key, step)
        return decode_arrays(rows[0][0]) if rows else {}

    def last(self, key: str) -> Arrays:
        """The newest pictures of a run; {} where there are none."""
        steps = self.frame_steps(key)
        return self.frame(key, steps[-1]) if steps else {}

    def frames(self, key: str) -> dict[int, Arrays]:
        """All pictures of a run, by step."""
        rows = self._index.rows("SELECT step, data FROM frames WHERE key = ? ORDER BY step", key)
        return {step: decode_arrays(data) for step, data in rows}

    # ---- files ----

    def _folder(self, key: str) -> Path:
        if not key.isalnum():
            raise StoreError(said("{key} is not the key of a run.", key=repr(key[:40])))
        return self.root / key

    def _file(self, key: str, name: str) -> Path:
        return self._folder(key) / f"{name}.safetensors"

    def save(self, key: str, name: Literal["weights", "checkpoint"], data: bytes) -> None:
        """Write encoded tensors of a run there is; whole or not at all."""
        if self._there(key):
            write_whole(self._file(key, name), data)
            if not self._there(key):  # deleted meanwhile
                shutil.rmtree(self._folder(key), ignore_errors=True)

    def _there(self, key: str) -> bool:
        """Whether there is a run, if only in the bin."""
        return bool(self._index.rows("SELECT 1 FROM runs WHERE key = ?", key))

    def load(self, key: str, name: Literal["weights", "checkpoint"]) -> State | None:
        """The tensors of a run, or None where it has none.

        Raises:
            StoreError: the file is damaged, or cannot be read.
        """
        data = self.data(key, name)
        return None if data is None else decode_state(data, str(self._file(key, name)))

    def data(self, key: str, name: Literal["weights", "checkpoint"]) -> bytes | None:
        """The encoded tensors of a run, or None. Raises StoreError where they cannot be read."""
        path = self._file(key, name)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(
                said("{path} could not be read: {why}.", path=path, why=str(error.strerror))
            ) from error

    def drop(self, key: str, name: Literal["weights", "checkpoint"]) -> None:
        """Remove a file that a run may have."""
        path = self._file(key, name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                said("{name} could not be removed: {why}.", name=path.name, why=str(error.strerror))
            ) from error

    def size(self, key: str) -> int:
        """Bytes of a run on disk: files and pictures."""
        files = bytes_of(self._folder(key))
        (row,) = self._index.rows(
            "SELECT coalesce(sum(length(data)), 0) FROM frames WHERE key = ?", key
        )
        return files + int(row[0])

    def left_behind(self) -> list[Path]:
        """What an index that was set aside knew of, and itself: oldest first."""
        known = {row[0] for row in self._index.rows("SELECT key FROM runs")}
        found: list[tuple[float, Path]] = []
        for path in self.root.glob("*"):
            if path.name.startswith(ASIDE) or (KEY.fullmatch(path.name) and path.name not in known):
                with suppress(OSError):  # gone in the meantime
                    found.append((path.stat().st_mtime, path))
        return [path for _, path in sorted(found)]

    def prune(self) -> list[str]:
        """Delete until all fits into the limit: what was too long in the bin, then what was left
        behind, then the runs used longest ago; returns their keys, and names of what was left.
        """
        for key, since in self.binned().items():
            if time.time() - since > BIN_SECONDS:
                self.delete(key)
        sizes = {run.key: self.size(run.key) for run in self.runs()}
        left = {path: bytes_of(path) for path in self.left_behind()}
        gone: list[str] = []
        for path in list(left):
            if sum(sizes.values()) + sum(left.values()) <= self.limit:
                break
            remove(path)
            gone.append(path.name)
            del left[path]
        for run in sorted(self.runs(), key=lambda run: run.used):
            if sum(sizes.values()) <= self.limit:
                break
            if not (run.pinned or run.active):
                self.delete(run.key)
                gone.append(run.key)
                del sizes[run.key]
        return gone

    def close(self) -> None:
        self._index.close()


def _run(row: sqlite3.Row) -> Run:
    """A row as it can be shown: what somebody else wrote into it may be no such value."""
    values = dict(row)
    for name in ("created", "used", "seconds"):
        values[name] = min(max(number(values[name]), 0.0), LATEST)
    for name in ("step", "steps", "pinned"):
        values[name] = int(min(max(number(values[name]), 0), 2**62))
    for name in ("key", "kind", "config", "note", "owner"):
        values[name] = str(values[name])
    facts, summary = (by_name(values[name]) for name in ("facts", "summary"))
    known = values["state"] in get_args(RunState)
    return Run(
        **values
        | {
            "state": values["state"] if known else "failed",
            "facts": {k: v for k, v in facts.items() if isinstance(v, str | int | float)},
            "summary": {k: v for k, v in summary.items() if isinstance(v, int | float)},
            "pinned": bool(values["pinned"]),
            "message": sentence(values["message"]),
            "device": sentence(values["device"]),
        }
    )
