"""How is the index of runs opened, asked and written? SQLite, whose refusals become sentences."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.runs.files import StoreError
from engine.words import said

_RUNS = {
    "key": "TEXT PRIMARY KEY",
    "kind": "TEXT NOT NULL DEFAULT ''",
    "config": "TEXT NOT NULL DEFAULT ''",
    "state": "TEXT NOT NULL DEFAULT 'failed'",
    "step": "INTEGER NOT NULL DEFAULT 0",
    "steps": "INTEGER NOT NULL DEFAULT 0",
    "seconds": "REAL NOT NULL DEFAULT 0",
    "created": "REAL NOT NULL DEFAULT 0",
    "used": "REAL NOT NULL DEFAULT 0",
    "device": "TEXT NOT NULL DEFAULT ''",
    "facts": "TEXT NOT NULL DEFAULT '{}'",
    "summary": "TEXT NOT NULL DEFAULT '{}'",
    "message": "TEXT NOT NULL DEFAULT ''",
    "note": "TEXT NOT NULL DEFAULT ''",
    "pinned": "INTEGER NOT NULL DEFAULT 0",
    "owner": "TEXT NOT NULL DEFAULT ''",
}  # a column that an older version had not is added, with its default
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS runs ({", ".join(f"{name} {what}" for name, what in _RUNS.items())});
CREATE TABLE IF NOT EXISTS points (
    key TEXT NOT NULL, series TEXT NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (key, series, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frames (
    key TEXT NOT NULL, step INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (key, step));
"""
_NEEDED = (
    "SELECT key FROM runs LIMIT 0",
    "SELECT key, series, step, value FROM points LIMIT 0",
    "SELECT key, step, data FROM frames LIMIT 0",
)
WHOLE = 512  # bytes: SQLite's smallest page; a file with less was cut
MADE = 1.0  # seconds within which another process has made an index that it began
MALFORMED = "database disk image is malformed"
ASIDE = "index.damaged-"  # how names of what was set aside begin


class Index:
    """`index.sqlite` (WAL) of one folder. Thread-safe; several processes may have it open."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError where it can be neither opened nor replaced."""
        self.trouble = ""  # what went wrong on opening, as a sentence
        self._lock = threading.RLock()
        self._reading = threading.Lock()  # a read never waits for a write that waits for the disk
        path = folder / "index.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = self._open(path)
            self._reader = _plain(path)
        except OSError as error:
            why = error.strerror or error
            raise StoreError(
                said("Runs cannot be stored in {folder}: {why}.", folder=folder, why=why)
            ) from error
        except sqlite3.Error as error:
            raise StoreError(
                said("The run index {path} cannot be opened: {error}.", path=path, error=error)
            ) from error

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            return _connect(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
                raise
            aside = path.with_name(f"{ASIDE}{int(time.time())}")
            for old in path.parent.glob("index.sqlite*"):
                old.rename(aside.with_name(old.name.replace(path.name, aside.name)))
            self.trouble = said(
                "The run index was damaged. It was set aside as {name}; a new one is used.",
                name=aside.name,
            )
            return _connect(path)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction. Raises StoreError with a sentence when the disk or the lock refuses."""
        try:
            with self._lock, self._db:
                yield self._db
        except sqlite3.Error as error:
            raise StoreError(_sentence(error)) from error

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a question. Raises StoreError likewise."""
        try:
            with self._reading:
                return self._reader.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(_sentence(error)) from error

    def close(self) -> None:
        with self._lock, self._reading:
            self._reader.close()
            self._db.close()


def _plain(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5, check_same_thread=False)
    db.row_factory = sqlite3.Row
    return db


def _was_cut(path: Path) -> bool:
    """Whether a file is there with less than any index has: SQLite would take it for a new one."""
    begun = time.monotonic()
    while path.exists() and path.stat().st_size < WHOLE:
        if time.monotonic() - begun > MADE:
            return True
        time.sleep(0.05)
    return False


def _connect(path: Path) -> sqlite3.Connection:
    if _was_cut(path):
        raise sqlite3.DatabaseError(MALFORMED)
    db = _plain(path)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError(MALFORMED)
        db.executescript(_SCHEMA)
        there = {row["name"] for row in db.execute("PRAGMA table_info(runs)")}
        for name, what in _RUNS.items():
            if name != "key" and name not in there:
                db.execute(f"ALTER TABLE runs ADD COLUMN {name} {what}")
        try:
            for question in _NEEDED:
                db.execute(question)
        except sqlite3.OperationalError as error:
            if "no such column" not in str(error):
                raise
            raise sqlite3.DatabaseError(MALFORMED) from error
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _sentence(error: sqlite3.Error) -> str:
    text = str(error)
    if "full" in text:
        return said("The disk is full: nothing more can be stored. Free some space, then resume.")
    if "locked" in text:
        return said("The run index is locked by another program. Close it, then resume.")
    if "readonly" in text:
        return said("The run index cannot be written. Make its folder writable, then start again.")
    return said("The run index could not be used: {error}.", error=text)
