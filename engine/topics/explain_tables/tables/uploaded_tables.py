"""Where do files that people bring lie, and how does a link name them? By what is in them."""

import hashlib
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from engine.data import data_folder
from engine.runs.files import StoreError, write_whole
from engine.topics.explain_tables.tables.cells import CsvError
from engine.topics.explain_tables.tables.data import Table, table_from
from engine.topics.explain_tables.tables.sheet import Sheet, read_sheet
from engine.topics.explain_tables.tables.upload import Task, data_of
from engine.words import said

MOST_BYTES = 200 * 2**20  # of all files together; the oldest go first
NAME = re.compile("[0-9a-f]{16}")


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
        raise CsvError(error.args[0]) from None
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
            said("The table of this link is not on this machine: bring its file again.")
        ) from None
    return read_sheet(content)


def table_kept(name: str, target: int, seed: int, task: Task) -> Table:
    """A kept file with one of its columns as the target.

    Raises:
        CsvError: there is no such file, or that target cannot be learned.
    """
    data, remarks = data_of(sheet_of(name), target, task)
    return table_from(data, seed, said("Your table"), remarks)


def _file(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise CsvError(said("{name!r} does not name a table.", name=name[:20]))
    return data_folder() / "tables" / f"{name}.csv"


def _prune(newest: Path) -> None:
    """Make room, by tables that were kept here alone: the folder may hold files of its owner."""
    found: list[tuple[float, int, Path]] = []
    for file in newest.parent.glob("*.csv"):
        with suppress(OSError):  # another visitor's pruning may take it away
            if NAME.fullmatch(file.stem) and file != newest:
                status = file.stat()
                found.append((status.st_mtime, status.st_size, file))
    total = newest.stat().st_size + sum(size for _, size, _ in found)
    for _, size, file in sorted(found):
        if total <= MOST_BYTES:
            break
        total -= size
        with suppress(OSError):
            file.unlink()
