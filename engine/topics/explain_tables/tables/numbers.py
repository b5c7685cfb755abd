"""How does a column write its numbers? One convention for a column, not one for each cell.

1,200 is twelve hundred where a comma sets thousands apart, and one and a fifth where it marks
decimals. A cell alone cannot tell; its column can, else the file.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST = 1e100  # what is larger is no measurement, and its square would overflow
HIDDEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
WRITTEN = str.maketrans(
    dict.fromkeys("−–‐‑‒﹣－", "-")
    | dict.fromkeys("’‘ʼ＇´`", "'")
    | {"٫": ".", "٬": ",", "＋": "+", "．": ".", "，": ",", "％": "%", "٪": "%"}
)
MONEY = re.compile(
    r"(?:US|AU|CA|NZ|HK|R|A|C|S)?[$¢£¤¥֏؋৲৳฿៛₠-₿￠￡￥￦]"
    r"|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|BRL|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|TRY|ZAR|KRW|MXN"
    r"|SGD|HKD|ILS|RON|kr|Kč|zł|Ft|Fr|Rs|руб|лв)\b\.?"
)
GROUPS = r"[1-9]\d{0,2}(?:([ '])\d{3})(?:\1\d{3})*"  # of a space or an apostrophe: plain
PARTS = {
    # 1,234,567 and the Indian 12,34,567; what begins with 0 is no group
    ",": re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})+,\d{3}"),
    ".": re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+"),
}
QUICK = re.compile(r"-?(\d{1,30})(?:\.(\d{1,30}))?", re.ASCII)  # most cells of most files
GROUPED = re.compile(r"-?[1-9]\d{0,2}(,\d{3}){1,9}(\.\d{1,30})?", re.ASCII)  # and most others
PLAIN, SPACED = re.compile(r"\d+"), re.compile(GROUPS)
BODY = re.compile(r"(.*?)(?:[eE]([+-]?\d+))?")


class Cell(NamedTuple):
    """What one cell may mean."""

    point: float | None  # where a point marks decimals, and a comma thousands
    comma: float | None  # where it is the other way round
    money: str = ""  # the sign of a currency
    percent: bool = False

    @property
    def open(self) -> bool:
        """Both readings are possible, and differ."""
        return self.point is not None and self.comma is not None and self.point != self.comma


def is_number(cell: str) -> bool:
    found = read_cell(cell)
    return found.point is not None or found.comma is not None


def read_cell(cell: str) -> Cell:
    """Both readings of 1234.5, 1e-3, 1,234.5, 1 234,5, 1'234.5, (12 %), 12-, -$5, and None for
    what is no number in a reading."""
    if found := QUICK.fullmatch(cell):
        value, (whole, decimals) = float(cell), found.groups()
        if decimals is None:
            return Cell(value, value)
        group = len(decimals) == 3 and len(whole) <= 3 and whole[0] != "0"
        return Cell(value, float(cell.replace(".", "")) if group else None)
    if found := GROUPED.fullmatch(cell):
        value = float(cell.replace(",", ""))
        one = found[2] is None and cell.count(",") == 1
        return Cell(value, float(cell.replace(",", ".")) if one else None)
    text = cell.translate(HIDDEN).translate(WRITTEN).strip().removeprefix("'")
    text = re.sub(r"[.,]--?$", "", text)  # 1'200.- of the Swiss
    negative, money, percent, signs = False, "", False, 0
    before = None
    while text != before:  # signs, brackets and units in whatever order
        before = text
        if text[:1] == "(" and text[-1:] == ")" and not negative:
            text, negative = text[1:-1], True
        for sign in ("-", "+"):
            if text[:1] == sign:
                text, signs, negative = text[1:], signs + 1, negative ^ (sign == "-")
            elif text[-1:] == sign:
                text, signs, negative = text[:-1], signs + 1, negative ^ (sign == "-")
        if text[-1:] == "%" or text[:1] == "%":
            text, percent = text.strip("%"), True
        if not money and (sign_of := MONEY.match(text) or _at_end(text)):
            money = sign_of.group().strip(".")
            text = text[: sign_of.start()] + text[sign_of.end() :]
        text = text.strip()
    if signs > 1 or not any(c.isdecimal() for c in text):
        return Cell(point=None, comma=None)
    return Cell(
        point=_value(text, ".", negative),
        comma=_value(text, ",", negative),
        money=money,
        percent=percent,
    )


def _at_end(text: str) -> re.Match[str] | None:
    """The sign of a currency after the number."""
    return next((m for m in MONEY.finditer(text) if m.end() == len(text) and m.start()), None)


def _value(text: str, mark: str, negative: bool) -> float | None:
    """The number of digits with one mark of decimals; None where it is none, or endless."""
    match = BODY.fullmatch(text)
    if match is None:
        return None
    body, power = match.groups()
    whole, found, decimals = body.partition(mark)
    if found and not (decimals == "" or PLAIN.fullmatch(decimals)):
        return None
    other = "," if mark == "." else "."
    if SPACED.fullmatch(whole) or (PARTS[other].fullmatch(whole) and not power):
        whole = re.sub(r"\D", "", whole)
    elif whole and not PLAIN.fullmatch(whole):
        return None
    if not whole and not decimals:
        return None
    value = float(f"{whole or 0}.{decimals or 0}e{power or 0}")
    return (-value if negative else value) if value < MOST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How the numbers of a column are written."""

    mark: str  # of decimals
    mixed: bool = False  # some cells can only be read the other way
    example: str = ""  # a cell that can be read in both ways

    def value(self, cell: Cell) -> float | None:
        first, second = (cell.point, cell.comma) if self.mark == "." else (cell.comma, cell.point)
        return second if first is None else first


def votes(cells: Sequence[Cell]) -> Counter[str]:
    """Cells that can be read in one way only, by their mark of decimals."""
    return Counter(
        "." if cell.comma is None else ","
        for cell in cells
        if (cell.point is None) != (cell.comma is None)
    )


def convention(
    texts: Sequence[str], cells: Sequence[Cell], file: str, delimiter: str
) -> Convention:
    """How a column is to be read.

    Its cells that allow one reading decide. Where all allow both: what the other columns do;
    numbers of four digits that nobody set apart; numbers below a thousand, which stand without a
    mark only where it sets thousands apart; at last what goes with the delimiter.

    Args:
        texts: the cells.
        cells: what each may mean.
        file: mark of decimals of the file's other columns; empty: they do not tell.
        delimiter: of the file.
    """
    clear = votes(cells)
    both = [text for text, cell in zip(texts, cells, strict=True) if cell.open]
    mixed = len(clear) > 1
    if clear and (not mixed or clear["."] != clear[","]):
        mark = clear.most_common(1)[0][0]
        return Convention(mark=mark, mixed=mixed, example=both[0] if mixed and both else "")
    if not both:
        return Convention(mark=file or ".", mixed=mixed)
    used = Counter("," if "," in text else "." for text in both).most_common(1)[0][0]
    other = "." if used == "," else ","
    same = [
        text
        for text, cell in zip(texts, cells, strict=True)
        if cell.point is not None and cell.point == cell.comma
    ]
    bare = any(re.search(r"\d{4}", text) for text in same)
    if file:
        mark = file
    elif bare and (used == "." or delimiter == ";"):
        mark = used
    elif same and any(re.sub(r"\D+$", "", text).endswith("0") for text in both):
        mark = other  # decimals of other lengths would have lost their zeros at the end
    elif used == ",":
        mark = "," if delimiter == ";" else "."
    else:
        mark = "."
    return Convention(mark=mark, mixed=mixed, example=both[0])
