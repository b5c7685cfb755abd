"""What do the cells of a column say: what is missing, what is a number, and what is taken for
granted where they are read?"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from engine.topics.explain_tables.tables.numbers import Convention, read_cell, votes
from engine.words import said

MISSING = frozenset(
    ("", "na", "n/a", "<na>", "nan", "null", "\\n", "none", "?", "-", "–", "—", "--", ".")
)
FAILED = frozenset(  # what Excel writes where it cannot calculate
    ("#n/a", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!")
)
STRAY = 0.02  # share of the cells of a column of numbers that may be none
MOSTLY = 0.25  # the same of a column with more different numbers than there can be categories
VARIED = 12


class Texts:
    """The cells of a column, and what each may mean as a number."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = cells
        gaps = MISSING | FAILED
        self.missing = np.array([cell.lower() in gaps for cell in cells])
        self.known = [cell for cell, gap in zip(cells, self.missing, strict=True) if not gap]
        meaning = {cell: read_cell(cell) for cell in dict.fromkeys(self.known)}
        self.read = [meaning[cell] for cell in self.known]
        self.bad = sum(cell.point is None and cell.comma is None for cell in self.read)

    @property
    def numbers(self) -> bool:
        """Hardly a cell that is none; or most are, and so many that they are no categories."""
        if self.bad < len(self.read) and self.bad <= STRAY * len(self.cells):
            return True
        varied = len(set(self.known) - set(self.odd)) > VARIED
        return varied and self.bad <= MOSTLY * len(self.read)

    @property
    def odd(self) -> list[str]:
        """The different cells that are no numbers, commonest first."""
        bad = [
            cell
            for cell, read in zip(self.known, self.read, strict=True)
            if read.point is None and read.comma is None
        ]
        return [cell for cell, _ in Counter(bad).most_common()]


def mark_of(columns: Sequence[Texts]) -> str:
    """How decimals are marked in all columns of numbers that tell; empty where they differ."""
    clear = [votes(texts.read) for texts in columns if texts.numbers]
    marks = {next(iter(found)) for found in clear if len(found) == 1}
    return marks.pop() if len(marks) == 1 else ""


def how_read(name: str, texts: Texts, how: Convention) -> list[str]:
    """What is taken for granted in the numbers of a column, a sentence each."""
    remarks: list[str] = []
    if how.mixed:
        remarks.append(
            said(
                "Column {name} marks decimals by points and by commas: each number was read by "
                "itself.",
                name=name,
            )
        )
    if how.example:
        cell = read_cell(how.example)
        value = how.value(cell)
        other = cell.comma if value == cell.point else cell.point
        remarks.append(
            said(
                "Column {name} can be read in two ways: {cell} was taken for {value}, and not "
                "for {other}.",
                name=name,
                cell=how.example,
                value=f"{value:.15g}",
                other=f"{other:.15g}",
            )
        )
    shares = sum(cell.percent for cell in texts.read)
    if 0 < shares < len(texts.read) - texts.bad:
        remarks.append(
            said(
                "Column {name} has percent signs in some cells only; they were passed over, so "
                "that 5 % is 5.",
                name=name,
            )
        )
    money = list(dict.fromkeys(cell.money for cell in texts.read if cell.money))
    if len(money) > 1:
        remarks.append(
            said(
                "Column {name} has amounts in several currencies, {signs}; they were not "
                "converted.",
                name=name,
                signs=", ".join(money[:5]),
            )
        )
    return remarks
