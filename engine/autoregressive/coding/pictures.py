"""How small does a density make a picture? As a file, losslessly, and back.

Both ways compute the distributions value by value with the same operations in double precision, and
round them to whole counts; sender and receiver need the same model.
"""

import copy
import zlib
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.autoregressive.coding.range_coder import Decoder, Encoder
from engine.autoregressive.density import Density
from engine.autoregressive.sampling import walk
from engine.words import said

MARK = b"BP"
NO_CLASS = 255
HEADER = len(MARK) + 1 + 2  # mark, class, checksum: bytes
TOTAL = 1 << 20  # sum of the counts of a table, about


def encode(model: Density, x: Tensor, label: int | None = None) -> bytes:
    """One picture as a file: `HEADER` bytes, then its bits.

    Args:
        x: (1, C, H, W) integer levels.
        label: class of a conditional model.

    Raises:
        ValueError: the picture does not fit the model.
    """
    y = _class(model, label)
    model.check(x, y)
    encoder, blank = Encoder(), torch.zeros_like(x, dtype=torch.int64)
    exact = copy.deepcopy(model).cpu().double().eval()
    turns = walk(exact, blank, y)
    turn = next(turns)
    try:
        while True:
            level = x[:, turn.channel, turn.row, turn.column].long().cpu()
            encoder.put(int(level), counts(turn.logits[0]))
            turn = turns.send(level)
    except StopIteration:
        pass
    head = MARK + bytes([NO_CLASS if y is None else int(y)]) + _sum(x)
    return head + encoder.finish()


def decode(model: Density, data: bytes) -> tuple[Tensor, int | None]:
    """The picture (1, C, H, W) int64 and its class.

    Raises:
        ValueError: it is no such file, it is damaged, or was written with another model.
    """
    if data[:2] != MARK or len(data) <= HEADER:
        raise ValueError(said("This is not a picture that was compressed here."))
    label = None if data[2] == NO_CLASS else data[2]
    if (label is None) == bool(model.classes) or (label or 0) >= max(1, model.classes):
        raise ValueError(said("This file was written with another model: its class does not fit."))
    decoder = Decoder(data[HEADER:])
    x = torch.zeros(1, *model.shape, dtype=torch.int64)
    exact = copy.deepcopy(model).cpu().double().eval()
    turns = walk(exact, x, _class(model, label))
    turn = next(turns)
    try:
        while True:
            turn = turns.send(torch.tensor([decoder.get(counts(turn.logits[0]))]))
    except StopIteration:
        pass
    if _sum(x) != data[3:5]:
        raise ValueError(said("The file is damaged, or was written with another model."))
    return x, label


def counts(logits: Tensor) -> list[int]:
    """(K,) log-probabilities as whole numbers of at least 1: every picture can be encoded."""
    if not bool(logits.isfinite().all()):
        raise ValueError(said("The network's outputs are not numbers; its weights may be damaged."))
    found: list[int] = ((logits.exp() * (TOTAL - len(logits))).floor().long() + 1).tolist()
    return found


def _class(model: Density, label: int | None) -> Tensor | None:
    return torch.tensor([label or 0]) if model.classes else None


def _sum(x: Tensor) -> bytes:
    return (zlib.crc32(x.to(torch.uint8).cpu().numpy().tobytes()) & 0xFFFF).to_bytes(2)


def there_and_back(model: Density, levels: Sequence[int], label: int | None) -> tuple[bytes, bool]:
    """The file of a picture (its levels, flat), and whether decoding gives the picture back."""
    x = torch.tensor(levels).view(1, *model.shape)
    data = encode(model, x, label)
    return data, bool(torch.equal(decode(model, data)[0], x))
