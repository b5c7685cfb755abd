"""How do choices of known probability become bits, as few as their probabilities allow?

Integer arithmetic coding: the interval [low, high] is narrowed to each symbol's share; bits on
which both ends agree are written. Exact on integers, so decoding returns what was encoded.

Source: Witten, Neal and Cleary 1987, Arithmetic coding for data compression.
"""

from collections.abc import Sequence

TOP = 1 << 32
HALF, QUARTER = TOP >> 1, TOP >> 2
MOST_TOTAL = QUARTER >> 2  # largest sum of a table, so that no share becomes empty


class Encoder:
    """Takes one symbol after the other; `finish` gives the bytes."""

    def __init__(self) -> None:
        self.low, self.high, self.waiting = 0, TOP - 1, 0
        self.bits: list[int] = []

    def put(self, symbol: int, table: Sequence[int]) -> None:
        """Encode a symbol.

        Args:
            table: counts of all symbols; that of `symbol` at least 1.

        Raises:
            ValueError: the table does not allow the symbol.
        """
        start, stop, total = _share(symbol, table)
        width = self.high - self.low + 1
        self.high = self.low + width * stop // total - 1
        self.low = self.low + width * start // total
        while True:
            if self.high < HALF:
                self._write(0)
            elif self.low >= HALF:
                self._write(1)
                self.low, self.high = self.low - HALF, self.high - HALF
            elif self.low >= QUARTER and self.high < HALF + QUARTER:
                self.waiting += 1  # which side it is will show
                self.low, self.high = self.low - QUARTER, self.high - QUARTER
            else:
                return
            self.low, self.high = 2 * self.low, 2 * self.high + 1

    def finish(self) -> bytes:
        """All bits, filled up with zeros to whole bytes."""
        self.waiting += 1
        self._write(int(self.low >= QUARTER))
        padded = self.bits + [0] * (-len(self.bits) % 8)
        text = "".join(map(str, padded))
        return int(text, 2).to_bytes(len(padded) // 8)

    def _write(self, bit: int) -> None:
        self.bits += [bit] + [1 - bit] * self.waiting
        self.waiting = 0


class Decoder:
    """Gives back one symbol after the other, asked with the tables they were encoded with."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.low, self.high, self.code = 0, TOP - 1, 0
        for _ in range(32):
            self.code = 2 * self.code + self._read()

    def get(self, table: Sequence[int]) -> int:
        """The next symbol."""
        total = sum(table)
        width = self.high - self.low + 1
        place = ((self.code - self.low + 1) * total - 1) // width
        symbol, start = 0, 0
        while symbol < len(table) - 1 and start + table[symbol] <= place:
            start += table[symbol]
            symbol += 1
        stop = start + table[symbol]
        self.high = self.low + width * stop // total - 1
        self.low = self.low + width * start // total
        while True:
            if self.high < HALF:
                shift = 0
            elif self.low >= HALF:
                shift = HALF
            elif self.low >= QUARTER and self.high < HALF + QUARTER:
                shift = QUARTER
            else:
                return symbol
            self.low, self.high = 2 * (self.low - shift), 2 * (self.high - shift) + 1
            self.code = 2 * (self.code - shift) + self._read()

    def _read(self) -> int:
        """The next bit; zeros beyond the end."""
        byte, bit = divmod(self.at, 8)
        self.at += 1
        return (self.data[byte] >> (7 - bit)) & 1 if byte < len(self.data) else 0


def _share(symbol: int, table: Sequence[int]) -> tuple[int, int, int]:
    start, total = sum(table[:symbol]), sum(table)
    if not 0 <= symbol < len(table) or table[symbol] < 1 or total > MOST_TOTAL:
        raise ValueError(
            f"Symbol {symbol} cannot be encoded with {len(table)} counts that sum to {total}: its "
            f"count must be at least 1 and the sum at most {MOST_TOTAL}."
        )
    return start, start + table[symbol], total
