"""Where do files that people bring lie, and how does a link name them? By what is in them."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from engine.data import data_folder
from engine.explain.tables.data import Table, table_from
from engine.explain.tables.sheet import CsvError, Sheet, read_sheet
from engine.explain.tables.upload import data_of
from engine.files import StoreError, write_whole

MOST_BYTES = 200 * 2**20  # of all files together; those used longest ago go first


def keep(content: bytes) -> str:
    """Check a file and keep it; its name for links, 16 hex digits of its SHA-256.

    Raises:
        CsvError: it is no table, or it cannot be written.
    """
    read_sheet(content)
    name = hashlib.sha256(content).hexdigest()[:16]
    try:
        write_whole(_file(name), content)
    except StoreError as error:
        raise CsvError(str(error)) from None
    _prune(_file(name))
    return name


@lru_cache(maxsize=4)
def sheet_of(name: str) -> Sheet:
    """The columns of a kept file. Raises CsvError where there is none of that name."""
    path = _file(name)
    try:
        content = path.read_bytes()
    except OSError:
        raise CsvError(
            "The table of this link is not on this machine: bring its file again."
        ) from None
    return read_sheet(content)


def table_kept(name: str, target: int, seed: int) -> Table:
    """A kept file with one of its columns as the target.

    Raises:
        CsvError: there is no such file, or that target cannot be learned.
    """
    data, said = data_of(sheet_of(name), target)
    return table_from(data, seed, "Your table", said)


def _file(name: str) -> Path:
    if not re.fullmatch("[0-9a-f]{16}", name):
        raise CsvError(f"{name[:20]!r} does not name a table.")
    return data_folder() / "tables" / f"{name}.csv"


def _prune(newest: Path) -> None:
    files = sorted(newest.parent.glob("*.csv"), key=lambda file: file.stat().st_mtime)
    total = sum(file.stat().st_size for file in files)
    for file in files:
        if total <= MOST_BYTES or file == newest:
            break
        total -= file.stat().st_size
        file.unlink(missing_ok=True)
