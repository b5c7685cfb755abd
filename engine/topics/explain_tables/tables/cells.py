"""How do the bytes of a file become a row of names and rows of cells, whatever stands above them?

Programs put much before the names of the columns: a mark of the encoding, Excel's `sep=;`, titles,
empty lines, comments.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from engine.data import DataError
from engine.topics.explain_tables.tables.numbers import is_number
from engine.words import said

MOST_COLUMNS = 60
MOST_ROWS = 50_000  # that are used
MOST_LINES = MOST_ROWS + 1000  # that are read: with titles and comments among them
DELIMITERS = ",;\t|"
LOOKED_AT = 200  # first rows that tell how a file is made
LOOKED_THROUGH = 2**20  # characters of them
EMPTY = re.compile(r"(?:[,;\t| ]*+[\r\n])*+")  # lines, thousands of them at a time
LINE = re.compile(r"\r\n|\r|\n")
SEPARATOR = re.compile(r'\s*"?sep=([^"\w\r\n])"?[,;\t| ]*', re.IGNORECASE)
FORMULA = re.compile(r'="(.*)"')  # how Excel is told that 007 is a text


class CsvError(DataError):
    """The file cannot be used. The message is one sentence that says what to do."""


class Cells(NamedTuple):
    """A file in pieces."""

    header: list[str]  # one name a column
    body: list[list[str]]  # trimmed cells; rows may be longer or shorter
    delimiter: str
    above: int  # lines above the names that belong to no column, comments and titles
    comments: int  # and among the rows


def read_cells(content: bytes) -> Cells:
    """The rows of a CSV file of any delimiter and encoding; nothing at all where it is empty.

    Raises:
        CsvError: this is no text, or no CSV.
    """
    delimiter, comments, text = _preamble(_decoded(content))
    delimiter = delimiter or _delimiter(text)
    rows = list(islice(_rows(text, delimiter), MOST_LINES))
    if not rows:
        rows = [_trimmed(line, delimiter) for line in comments[-1:]]
        return Cells(rows[0] if rows else [], [], delimiter, len(comments[:-1]), 0)
    width = _width(rows)
    place, header = _header(rows, width)
    above = len(comments) + place
    own = _trimmed(comments[-1], delimiter) if comments else []
    values = _is_data(rows[0]) or not any(map(_is_data, rows[1:30]))  # in the first row already
    if not place and len(own) == width > 1 and values and not _is_data(own):
        header, body, above = own, rows, above - 1  # # a,b,c
    else:
        body = rows[place + 1 :]
    kept = [row for row in body if len(row) == len(header) or not row[0].startswith("#")]
    return Cells(*_even(header, kept), delimiter, above, len(body) - len(kept))


def _decoded(content: bytes) -> str:
    """Text of the bytes: by their mark, by their zeros, as UTF-8, else as Western European."""
    if content[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        guesses = ["utf-32"]
    elif content[:2] in (b"\xff\xfe", b"\xfe\xff"):
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
    return text.lstrip("\ufeff").rstrip("\x1a")  # a mark twice, and the end of a file in DOS


def _preamble(text: str) -> tuple[str, list[str], str]:
    """The delimiter of a line `sep=;`, or none; comments of the first lines, without their #; and
    the text below."""
    delimiter, comments, place = "", [], 0
    while (place := EMPTY.match(text, place).end()) < len(text):  # type: ignore[union-attr]
        end = LINE.search(text, place)
        line = text[place : end.start() if end else None]
        bare = line.lstrip("\ufeff").strip()
        if (found := SEPARATOR.fullmatch(line)) and not delimiter:
            delimiter = found[1]
        elif bare.startswith("#"):
            comments.append(bare.lstrip("#").strip())
        elif bare.strip(DELIMITERS + '" \t'):
            break
        place = end.end() if end else len(text)
    return delimiter, comments, text[place:]


def _delimiter(text: str) -> str:
    """The one that fits best."""
    lines = [line for line in text[:LOOKED_THROUGH].splitlines()[:LOOKED_AT] if line.strip()]

    def agreement(delimiter: str) -> tuple[float, int]:
        """Share of the first rows that have as many cells as most have, and how many."""
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (count / max(1, sum(widths.values())) if width > 1 else 0.0), width

    try:
        return max(DELIMITERS, key=agreement)
    except csv.Error as error:
        raise _unreadable(error) from None


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Rows of trimmed cells, without empty rows."""
    try:
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
            cells = [_cell(cell) for cell in row]
            if any(cells):
                yield cells
    except csv.Error as error:
        raise _unreadable(error) from None


def _unreadable(error: csv.Error) -> CsvError:
    return CsvError(
        said("The file cannot be read as CSV ({error}): check its quotation marks.", error=error)
    )


def _cell(text: str) -> str:
    text = " ".join(text.split())
    found = FORMULA.fullmatch(text) if text[:2] == '="' else None
    return found[1].strip() if found else text


def _trimmed(line: str, delimiter: str) -> list[str]:
    return next(_rows(line, delimiter), [])


def _width(rows: Sequence[Sequence[str]]) -> int:
    """Cells of most of the first rows, without those that are empty in all of them."""
    some = rows[:LOOKED_AT]
    width = Counter(map(len, some)).most_common(1)[0][0]
    wide = [row for row in some if len(row) == width]
    while width > 1 and not any(row[width - 1] for row in wide):
        width -= 1
    return width


def _header(rows: Sequence[list[str]], width: int) -> tuple[int, list[str]]:
    """Which row names the columns, and the names.

    Titles above it have fewer cells, or hardly any that is not empty. Where R wrote the file, the
    names of its rows have none themselves.
    """
    for place, row in enumerate(rows[:30]):
        filled = sum(map(bool, row))
        after = rows[place + 1] if place + 1 < len(rows) else []
        short = filled == len(row) == width - 1 > 1
        if short and len(after) == width and _is_data(after) and not _is_data(row):
            return place, ["", *row]
        if len(row) >= width and filled >= 2 and filled > width / 2:
            if place and _is_data(row) and sum(map(bool, rows[place - 1])) > 1:
                return place - 1, rows[place - 1]  # names of few columns, over their values
            return place, row
    return 0, rows[0]


def _is_data(row: Sequence[str]) -> bool:
    return any(map(is_number, row))


def _even(header: list[str], body: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Without the empty cells that a delimiter at the end of a line makes."""
    width = len(header)
    body = [row if any(row[width:]) else row[:width] for row in body]
    while width > 2 and not header[width - 1] and not any(any(row[width - 1 :]) for row in body):
        width -= 1
        body = [row[:width] for row in body]
    return header[:width], body
