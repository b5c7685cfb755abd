"""What is in a CSV file that somebody brings, whatever is wrong with it?

Nothing in it is evaluated: a cell is a number, or a category's name, or missing.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data import DataError
from engine.words import said

MOST_BYTES = 10 * 2**20
MOST_COLUMNS, MOST_ROWS, FEWEST_ROWS = 60, 50_000, 20
MOST_CATEGORIES = 12
DELIMITERS = ",;\t|"
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "-", "–", "#n/a", "."))
NAME = 40  # characters of a name that are kept


class CsvError(DataError):
    """The file cannot be used. The message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One column of a file, understood."""

    name: str
    values: NDArray[np.float64]  # (N,) numbers, or numbers of categories; nan: missing
    names: tuple[str, ...] = ()  # of the categories; empty: numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A file, read: what may be predicted, and from what."""

    columns: tuple[Column, ...]  # at least two
    said: tuple[str, ...]  # what was done, a sentence each


def read_sheet(content: bytes) -> Sheet:
    """The columns of a CSV file of any delimiter and encoding.

    Args:
        content: of the file, at most 10 MB; its first row names the columns.

    Raises:
        CsvError: what is wrong and what would be right, in a sentence.
    """
    if len(content) > MOST_BYTES:
        raise CsvError(
            said(
                "The file has {size:.1f} MB; {most} MB is the most.",
                size=len(content) / 2**20,
                most=MOST_BYTES // 2**20,
            )
        )
    text = _decoded(content)
    rows = list(_cells(text))
    if not rows:
        raise CsvError(
            said("The file is empty: it needs a row of names and rows of values below it.")
        )
    header, body = rows[0], rows[1:]
    if len(header) < 2:
        raise CsvError(
            said(
                "Only one column was found: a table needs a target and something to predict it "
                "from, separated by commas, semicolons, tabs or |."
            )
        )
    remarks: list[str] = []
    if len(body) > MOST_ROWS:
        remarks.append(
            said("Only the first {most:,} of {n:,} rows are used.", most=MOST_ROWS, n=len(body))
        )
        body = body[:MOST_ROWS]
    odd = sum(len(row) != len(header) for row in body)
    if odd:
        remarks.append(
            said("1 row had more or fewer cells than the first row has names, and was left out.")
            if odd == 1
            else said(
                "{rows} had more or fewer cells than the first row has names, and were left out.",
                rows=rows_of(odd),
            )
        )
        body = [row for row in body if len(row) == len(header)]
    if len(body) < FEWEST_ROWS:
        few = said(
            "The file has {rows} of values; at least {fewest} are needed to "
            "learn anything and to measure it.",
            rows=rows_of(len(body)),
            fewest=FEWEST_ROWS,
        )
        raise CsvError(_and(few, remarks[-1]) if odd else few)
    if any(cell[:1] == "=" for row in (header, *body) for cell in row):
        remarks.append(
            said("Cells that begin with = are text here; nothing is calculated from them.")
        )
    names = _names(header, remarks)
    columns = [
        column
        for name, cells in zip(names, zip(*body, strict=True), strict=True)
        if (column := _column(name, cells, remarks)) is not None
    ]
    if len(columns) < 2:
        same = said(
            "Fewer than two columns hold something that differs from row to row: there is nothing "
            "to predict, or nothing to predict it from."
        )
        raise CsvError(_and(same, remarks[-1]) if remarks else same)
    return Sheet(columns=tuple(columns), said=tuple(remarks))


def _decoded(content: bytes) -> str:
    """Text of the bytes: by their mark, by their zeros, as UTF-8, else as Western European."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        guesses = ["utf-16"]
    elif content[:4000].count(0) > len(content[:4000]) // 4:
        guesses = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        guesses = ["utf-8-sig", "cp1252"]
    for encoding in guesses:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        text = content.decode("latin-1")
    if sum(ord(c) < 9 for c in text[:4000]) > 3:
        raise CsvError(said("This is not a text file: save the table as CSV, and bring that."))
    return text


def _cells(text: str) -> Iterator[list[str]]:
    """Rows of trimmed cells, without empty rows; the delimiter is the one that fits best."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]

    def agreement(delimiter: str) -> tuple[float, int]:
        """Share of the first rows that have as many cells as most have, and how many."""
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (count / max(1, sum(widths.values())) if width > 1 else 0.0), width

    try:
        delimiter = max(DELIMITERS, key=agreement)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > MOST_COLUMNS:
                raise CsvError(
                    said(
                        "The file has {n:,} columns; {most} is the most. Keep those that "
                        "may matter, and the target.",
                        n=len(row),
                        most=MOST_COLUMNS,
                    )
                )
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                yield cells
    except csv.Error as error:
        raise CsvError(
            said(
                "The file cannot be read as CSV ({error}): check its quotation marks.", error=error
            )
        ) from None


def _names(header: Sequence[str], remarks: list[str]) -> list[str]:
    """Names of the columns, each once, short and without control characters."""
    found: list[str] = []
    twice = False
    for place, cell in enumerate(header, 1):
        name = _name(cell) or f"column {place}"
        twice |= name in found
        number = 2
        unique = name
        while unique in found:
            unique, number = f"{name} ({number})", number + 1
        found.append(unique)
    if twice:
        remarks.append(said("Columns of the same name were numbered."))
    if all(_number(cell) is not None for cell in header):
        remarks.append(
            said("The first row holds numbers only, and was taken for the names of the columns.")
        )
    return found


def _column(name: str, cells: Sequence[str], remarks: list[str]) -> Column | None:
    """Numbers, categories, or None for a column that says nothing; `said` then tells."""
    missing = np.array([cell.lower() in MISSING for cell in cells])
    if missing.all():
        remarks.append(said("Column {name} has no value at all, and was left out.", name=name))
        return None
    numbers = [None if gap else _number(cell) for cell, gap in zip(cells, missing, strict=True)]
    bad = sum(n is None for n in numbers) - int(missing.sum())
    if bad <= 0.02 * len(cells):
        values = np.array([np.nan if n is None else n for n in numbers])
        if bad:
            one = said("Column {name}: 1 cell that is no number counts as missing.", name=name)
            many = said(
                "Column {name}: {bad:,} cells that are no numbers count as missing.",
                name=name,
                bad=bad,
            )
            remarks.append(many if bad > 1 else one)
        if np.nanmin(values) == np.nanmax(values):
            remarks.append(_constant(name, bool(missing.any())))
            return None
        return Column(name=name, values=values)
    counts = Counter(cell for cell, gap in zip(cells, missing, strict=True) if not gap)
    if len(counts) == 1:
        remarks.append(_constant(name, bool(missing.any())))
        return None
    if len(counts) > 0.5 * len(cells):
        remarks.append(
            said(
                "Column {name} is text that differs in most rows, like a name or a date, and was "
                "left out.",
                name=name,
            )
        )
        return None
    common = [value for value, _ in counts.most_common(MOST_CATEGORIES)]
    names = sorted(common)
    if len(counts) > MOST_CATEGORIES:
        rest = len(counts) - MOST_CATEGORIES
        remarks.append(
            said(
                "Column {name}: the {rest} rarest of {n} values became “other”.",
                name=name,
                rest=rest,
                n=len(counts),
            )
        )
        names.append("other")
    place = {value: float(i) for i, value in enumerate(names)}
    other = float(len(names) - 1)
    values = np.array(
        [
            np.nan if gap else place.get(cell, other)
            for cell, gap in zip(cells, missing, strict=True)
        ]
    )
    return Column(name=name, values=values, names=tuple(map(_name, names)))


def _name(text: str) -> str:
    """Short, without control characters and markup, and never a formula to a spreadsheet."""
    text = "".join(c for c in text if c.isprintable() and c not in "<>")[:NAME].strip()
    return f"'{text}" if text[:1] in tuple("=+-@") else text


def _constant(name: str, gaps: bool) -> str:
    if gaps:
        return said(
            "Column {name} has the same value wherever it is known, and was left out.", name=name
        )
    return said("Column {name} has the same value in every row, and was left out.", name=name)


def _number(cell: str) -> float | None:
    """1234.5, 1e-3, 1,234.5, 1.234,5 or 12,5 %; None for anything else and for what is not
    finite."""
    text = cell.strip().removesuffix("%").replace(" ", "").replace("−", "-")
    if not text or not any(c.isdigit() for c in text) or "_" in text:
        return None
    if "," in text:
        if "." in text and text.rfind(".") > text.rfind(","):
            text = text.replace(",", "")  # 1,234.5
        else:
            text = text.replace(".", "").replace(",", ".")  # 1.234,5 and 12,5
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e30 else None


def rows_of(count: int) -> str:
    if count == 1:
        return said("{count:,} row", count=count)
    return said("{count:,} rows", count=count)


def _and(sentence: str, then: str) -> str:
    return said("{sentence} {then}", sentence=sentence, then=then)
