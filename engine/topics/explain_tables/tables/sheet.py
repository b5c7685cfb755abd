"""What is in a CSV file that somebody brings, whatever is wrong with it?

Nothing in it is evaluated: a cell is a number, or a category's name, or missing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.topics.explain_tables.tables.cells import MOST_ROWS, CsvError, read_cells
from engine.topics.explain_tables.tables.numbers import convention, is_number
from engine.topics.explain_tables.tables.texts import Texts, how_read, mark_of
from engine.words import said

MOST_BYTES = 10 * 2**20
FEWEST_ROWS = 20
MOST_CATEGORIES = 12
NAME = 40  # characters of a name that are kept


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
    header, body, delimiter, above, comments = read_cells(content)
    if not header:
        raise CsvError(
            said("The file is empty: it needs a row of names and rows of values below it.")
        )
    if len(header) < 2:
        raise CsvError(
            said(
                "Only one column was found: a table needs a target and something to predict it "
                "from, separated by commas, semicolons, tabs or |."
            )
        )
    remarks = _passed_over(above, comments)
    if len(body) > MOST_ROWS:
        remarks.append(
            said("Only the first {most:,} rows are used; the file has more.", most=MOST_ROWS)
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
    texts = [Texts(cells) for cells in zip(*body, strict=True)]
    mark = mark_of(texts)
    columns = [
        column
        for name, cells in zip(names, texts, strict=True)
        if (column := _column(name, cells, mark, delimiter, remarks)) is not None
    ]
    if len(columns) < 2:
        same = said(
            "Fewer than two columns hold something that differs from row to row: there is nothing "
            "to predict, or nothing to predict it from."
        )
        raise CsvError(_and(same, remarks[-1]) if remarks else same)
    return Sheet(columns=tuple(columns), said=tuple(remarks))


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
    if all(map(is_number, header)):
        remarks.append(
            said("The first row holds numbers only, and was taken for the names of the columns.")
        )
    return found


def _column(
    name: str, texts: Texts, mark: str, delimiter: str, remarks: list[str]
) -> Column | None:
    """Numbers, categories, or None for a column that says nothing; `remarks` then tells.

    Args:
        mark: of decimals in the other columns, where they agree.
        delimiter: of the file.
    """
    cells, missing, bad = texts.cells, texts.missing, texts.bad
    if missing.all():
        remarks.append(said("Column {name} has no value at all, and was left out.", name=name))
        return None
    if texts.numbers:
        how = convention(texts.known, texts.read, mark, delimiter)
        found = [how.value(cell) for cell in texts.read]
        values = np.full(len(cells), np.nan)
        values[~missing] = [np.nan if value is None else value for value in found]
        if bad:
            odd = ", ".join(f"“{_name(cell)[:20]}”" for cell in texts.odd[:3])
            one = said(
                "Column {name}: 1 cell that is no number counts as missing: {odd}.",
                name=name,
                odd=odd,
            )
            many = said(
                "Column {name}: {bad:,} cells that are no numbers count as missing, such as {odd}.",
                name=name,
                bad=bad,
                odd=odd,
            )
            remarks.append(many if bad > 1 else one)
        if np.nanmin(values) == np.nanmax(values):
            remarks.append(_constant(name, bool(missing.any())))
            return None
        remarks += how_read(name, texts, how)
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


def _passed_over(above: int, comments: int) -> list[str]:
    """That lines of the file are no rows."""
    remarks: list[str] = []
    if above:
        one = said("1 line above the names of the columns was passed over.")
        many = said("{n:,} lines above the names of the columns were passed over.", n=above)
        remarks.append(many if above > 1 else one)
    if comments:
        one = said("1 comment among the rows was passed over.")
        many = said("{n:,} comments among the rows were passed over.", n=comments)
        remarks.append(many if comments > 1 else one)
    return remarks


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


def rows_of(count: int) -> str:
    if count == 1:
        return said("{count:,} row", count=count)
    return said("{count:,} rows", count=count)


def _and(sentence: str, then: str) -> str:
    return said("{sentence} {then}", sentence=sentence, then=then)
