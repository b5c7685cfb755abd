"""The tables that people bring: checked, and kept under a name for links."""

from functools import lru_cache

from engine.data import DataError, Kept
from engine.topics.explain_tables.tables.cells import CsvError
from engine.topics.explain_tables.tables.data import Table, table_from
from engine.topics.explain_tables.tables.sheet import Sheet, read_sheet
from engine.topics.explain_tables.tables.upload import Task, data_of
from engine.words import said

KEPT = Kept("tables", ".csv", most=200 * 2**20)


def keep(content: bytes) -> str:
    """Check a file and keep it; its name for links, 16 hex digits of its SHA-256.

    Raises:
        CsvError: it is no table, or it cannot be written.
    """
    read_sheet(content)
    try:
        return KEPT.keep(content)
    except DataError as error:
        raise CsvError(error.args[0]) from None


@lru_cache(maxsize=4)
def sheet_of(name: str) -> Sheet:
    """The columns of a kept file. Raises CsvError where there is none of that name."""
    try:
        return read_sheet(KEPT.read(name))
    except CsvError:
        raise
    except DataError as error:
        raise CsvError(error.args[0]) from None


def table_kept(name: str, target: int, seed: int, task: Task) -> Table:
    """A kept file with one of its columns as the target.

    Raises:
        CsvError: there is no such file, or that target cannot be learned.
    """
    data, remarks = data_of(sheet_of(name), target, task)
    return table_from(data, seed, said("Your table"), remarks)
