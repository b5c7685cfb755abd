"""What happened in every run, and where are its weights? Runs on disk, the only truth.

`index.sqlite` (WAL) holds each run's config, state, metric history and pictures; a folder a run
holds `weights.safetensors` and `checkpoint.safetensors`, written elsewhere and renamed, so that a
file that exists is whole. Deleting a run is always safe: it can be computed again.
"""

import json
import os
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import psutil
from numpy.typing import NDArray

from engine.events import State
from engine.files import Arrays, StoreError, decode_arrays, decode_state, write_whole
from engine.work import Work, dump

RunState = Literal[
    "queued", "running", "paused", "stopped", "done", "diverged", "failed", "interrupted"
]
ACTIVE = ("queued", "running")
Series = dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, config TEXT NOT NULL, state TEXT NOT NULL,
    step INTEGER NOT NULL DEFAULT 0, steps INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0, created REAL NOT NULL, used REAL NOT NULL,
    device TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '{}',
    summary TEXT NOT NULL DEFAULT '{}', message TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '', pinned INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS points (
    key TEXT NOT NULL, series TEXT NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (key, series, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frames (
    key TEXT NOT NULL, step INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (key, step));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run as the store knows it."""

    key: str
    kind: str
    config: str  # JSON; `engine.work.load` reads it
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


def runs_folder() -> Path:
    """Where runs are kept: `BLINDSPOT_RUNS`, else `runs` beside the program."""
    return Path(os.environ.get("BLINDSPOT_RUNS") or Path(__file__).resolve().parents[1] / "runs")


class RunStore:
    """All runs below one folder. Thread-safe; several processes may share the folder."""

    def __init__(self, root: Path, limit: int = 2 * 2**30) -> None:
        """
        Args:
            root: made where it is missing.
            limit: bytes; beyond it the runs used longest ago go, pinned and active ones never.
        """
        self.root, self.limit = root, limit
        self.owner = f"{socket.gethostname()}:{os.getpid()}"
        self.trouble = ""  # what went wrong on opening, as a sentence
        self._lock = threading.RLock()
        root.mkdir(parents=True, exist_ok=True)
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        path = self.root / "index.sqlite"
        try:
            return _connect(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
                raise StoreError(f"The run index {path} cannot be opened: {error}.") from None
            aside = path.with_suffix(f".damaged-{int(time.time())}")
            for old in self.root.glob("index.sqlite*"):
                if "damaged" not in old.name:
                    old.rename(aside.with_name(old.name.replace("index.sqlite", aside.name)))
            self.trouble = (
                f"The run index was damaged. It was set aside as {aside.name}; a new one is used."
            )
            return _connect(path)

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """One transaction. Raises StoreError with a sentence when the disk or the lock refuses."""
        try:
            with self._lock, self._db:
                yield self._db
        except sqlite3.OperationalError as error:
            raise StoreError(_sentence(error)) from error

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise StoreError(_sentence(error)) from error

    # ---- runs ----

    def runs(self) -> list[Run]:
        """Newest first."""
        return [_run(row) for row in self._rows("SELECT * FROM runs ORDER BY created DESC")]

    def run(self, key: str) -> Run | None:
        rows = self._rows("SELECT * FROM runs WHERE key = ?", key)
        return _run(rows[0]) if rows else None

    def begin(self, config: Work) -> None:
        """Note a run as queued, keeping the history it has."""
        now = time.time()
        with self._write() as db:
            db.execute(
                "INSERT INTO runs (key, kind, config, state, created, used, owner)"
                " VALUES (?, ?, ?, 'queued', ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
                " state = 'queued', used = excluded.used, owner = excluded.owner, message = ''",
                (config.key, config.kind, dump(config), now, now, self.owner),
            )

    def set(self, key: str, **fields: Any) -> None:
        """Change columns of a run: state, step, steps, summary, message, note, pinned, …"""
        values = {k: json.dumps(v) if isinstance(v, dict) else v for k, v in fields.items()}
        columns = ", ".join(f"{name} = ?" for name in values)  # names are ours, never a user's
        with self._write() as db:
            db.execute(f"UPDATE runs SET {columns} WHERE key = ?", (*values.values(), key))

    def touch(self, key: str) -> None:
        """Somebody looks at this run: it is the last to be pruned."""
        self.set(key, used=time.time())

    def interrupt_orphans(self) -> list[str]:
        """Mark active runs whose server process is gone; returns their keys."""
        orphans = [run.key for run in self.runs() if run.active and not _alive(run.owner)]
        for key in orphans:
            self.set(
                key,
                state="interrupted",
                message="The server stopped in mid-run. Resume goes on from the last checkpoint.",
            )
        return orphans

    def delete(self, key: str) -> None:
        with self._write() as db:
            for table in ("runs", "points", "frames"):
                db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))
        shutil.rmtree(self.root / key, ignore_errors=True)

    def clear(self, key: str, after: int = -1) -> None:
        """Forget the history after a step, before it is computed again."""
        with self._write() as db:
            for table in ("points", "frames"):
                db.execute(f"DELETE FROM {table} WHERE key = ? AND step > ?", (key, after))
            db.execute("UPDATE runs SET step = min(step, ?) WHERE key = ?", (max(after, 0), key))

    def fork(self, key: str, config: Work, step: int) -> None:
        """Start `config` with the history and the checkpoint that another run has up to `step`."""
        self.begin(config)
        with self._write() as db:
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
        old, new = self._file(key, "checkpoint"), self._file(config.key, "checkpoint")
        if old.exists():
            write_whole(new, old.read_bytes())

    # ---- history ----

    def append(
        self,
        key: str,
        points: Iterable[tuple[int, dict[str, float]]] = (),
        frames: Iterable[tuple[int, bytes]] = (),
        step: int | None = None,
    ) -> None:
        """Add metrics and encoded pictures; values that are not finite are left out."""
        rows = [
            (key, series, at, float(value))
            for at, values in points
            for series, value in values.items()
            if np.isfinite(value)
        ]
        with self._write() as db:
            db.executemany("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?)", rows)
            db.executemany(
                "INSERT OR REPLACE INTO frames VALUES (?, ?, ?)",
                [(key, at, data) for at, data in frames],
            )
            if step is not None:
                db.execute("UPDATE runs SET step = ? WHERE key = ?", (step, key))

    def history(self, key: str) -> Series:
        """Every series of a run: name to (steps, values), in step order."""
        rows = self._rows(
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
            row[0] for row in self._rows("SELECT step FROM frames WHERE key = ? ORDER BY step", key)
        ]

    def frame(self, key: str, step: int) -> Arrays:
        """The pictures of a run at a step; {} where there are none."""
        rows = self._rows("SELECT data FROM frames WHERE key = ? AND step = ?", key, step)
        return decode_arrays(rows[0][0]) if rows else {}

    def frames(self, key: str) -> dict[int, Arrays]:
        """All pictures of a run, by step."""
        rows = self._rows("SELECT step, data FROM frames WHERE key = ? ORDER BY step", key)
        return {step: decode_arrays(data) for step, data in rows}

    # ---- files ----

    def _file(self, key: str, name: str) -> Path:
        if not key.isalnum():
            raise StoreError(f"{key[:40]!r} is not the key of a run.")
        return self.root / key / f"{name}.safetensors"

    def save(self, key: str, name: Literal["weights", "checkpoint"], data: bytes) -> None:
        """Write encoded tensors; whole or not at all."""
        write_whole(self._file(key, name), data)

    def load(self, key: str, name: Literal["weights", "checkpoint"]) -> State | None:
        """The tensors of a run, or None where it has none.

        Raises:
            StoreError: the file is damaged.
        """
        path = self._file(key, name)
        return decode_state(path.read_bytes(), str(path)) if path.exists() else None

    def drop(self, key: str, name: Literal["weights", "checkpoint"]) -> None:
        self._file(key, name).unlink(missing_ok=True)

    def size(self, key: str) -> int:
        """Bytes of a run on disk: files and pictures."""
        files = sum(path.stat().st_size for path in (self.root / key).glob("*"))
        (row,) = self._rows("SELECT coalesce(sum(length(data)), 0) FROM frames WHERE key = ?", key)
        return files + int(row[0])

    def prune(self) -> list[str]:
        """Delete the runs used longest ago until all fit into the limit; returns their keys."""
        sizes = {run.key: self.size(run.key) for run in self.runs()}
        gone: list[str] = []
        for run in sorted(self.runs(), key=lambda run: run.used):
            if sum(sizes.values()) <= self.limit:
                break
            if not (run.pinned or run.active):
                self.delete(run.key)
                gone.append(run.key)
                del sizes[run.key]
        return gone

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5, check_same_thread=False)
    db.row_factory = sqlite3.Row
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("database disk image is malformed")
        db.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _run(row: sqlite3.Row) -> Run:
    values = dict(row)
    return Run(
        **values
        | {
            "facts": json.loads(values["facts"]),
            "summary": json.loads(values["summary"]),
            "pinned": bool(values["pinned"]),
        }
    )


def _alive(owner: str) -> bool:
    host, _, pid = owner.partition(":")
    if host != socket.gethostname():
        return True  # not ours to judge
    return pid.isdigit() and int(pid) != 0 and psutil.pid_exists(int(pid))


def _sentence(error: sqlite3.OperationalError) -> str:
    text = str(error)
    if "full" in text:
        return "The disk is full: nothing more can be stored. Free some space, then resume."
    if "locked" in text:
        return "The run index is locked by another program. Close it, then resume."
    return f"The run index could not be used: {text}."
