"""A compressed picture is as large as its bits, and comes back as it was."""

import math
import random

import pytest
import torch

from engine.autoregressive.coding.pictures import HEADER, counts, decode, encode
from engine.autoregressive.coding.range_coder import Decoder, Encoder
from engine.autoregressive.models import AUTOREGRESSIVE
from engine.autoregressive.sampling import sample, uniforms

SMALL = {"gated": {"channels": 9, "layers": 3}, "naive": {"channels": 9, "layers": 3}}


def build(name="gated", shape=(1, 6, 5), levels=7, classes=0, scale=1.0):
    model = AUTOREGRESSIVE[name](**SMALL.get(name, {})).build(shape, levels, classes, 1)
    draw = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw) * scale)
    return model.requires_grad_(False)


def test_the_coder_returns_what_it_was_given_whatever_the_tables():
    chance = random.Random(0)
    for _ in range(50):
        tables, symbols = [], []
        for _ in range(chance.randrange(1, 200)):
            size = chance.randrange(1, 20)
            table = [chance.choice((0, 1, 5, 10**6)) for _ in range(size)]
            symbol = chance.randrange(size)
            table[symbol] = max(1, table[symbol])
            tables.append(table)
            symbols.append(symbol)
        encoder = Encoder()
        for symbol, table in zip(symbols, tables, strict=True):
            encoder.put(symbol, table)
        data = encoder.finish()
        decoder = Decoder(data)
        assert [decoder.get(table) for table in tables] == symbols
        ideal = sum(-math.log2(t[s] / sum(t)) for s, t in zip(symbols, tables, strict=True))
        assert len(data) * 8 <= ideal + 10


@pytest.mark.parametrize("table", [[0, 1], [1], [2**40, 1]])
def test_a_symbol_without_a_count_is_refused(table):
    with pytest.raises(ValueError, match="cannot be encoded"):
        Encoder().put(0 if table[0] != 1 else 1, table)


@pytest.mark.parametrize("name", list(AUTOREGRESSIVE))
@pytest.mark.parametrize("kind", ["random", "drawn", "black", "white", "checkerboard", "unlikely"])
def test_every_picture_comes_back_and_costs_its_bits(name, kind):
    model = build(name, classes=3, scale=0.4)
    shape, draw = (1, 1, 6, 5), torch.Generator().manual_seed(0)
    x = {
        "random": torch.randint(7, shape, generator=draw),
        "drawn": sample(model, uniforms(shape, 0), torch.tensor([2])).x,
        "black": torch.zeros(shape, dtype=torch.int64),
        "white": torch.full(shape, 6),
        "checkerboard": 6 * ((torch.arange(6)[:, None] + torch.arange(5)) % 2).view(shape),
        "unlikely": sample(model, uniforms(shape, 0), torch.tensor([2]), slip=True).x,
    }[kind]
    data = encode(model, x, 2)
    back, label = decode(model, data)
    assert torch.equal(back, x) and label == 2
    bits = -model(x, torch.tensor([2])) / math.log(2)
    assert 8 * (len(data) - HEADER) <= 1.05 * bits.sum() + 10
    # A level that the model all but forbids costs at most the bits of the smallest count.
    assert 8 * (len(data) - HEADER) >= bits.clamp(max=19.9).sum() - 2


def test_colour_and_extreme_weights_too():
    model = build("gated", (3, 4, 4), 5, scale=3.0)
    x = torch.randint(5, (1, 3, 4, 4), generator=torch.Generator().manual_seed(1))
    assert torch.equal(decode(model, encode(model, x))[0], x)


def test_a_file_that_is_none_or_of_another_model_is_refused_in_a_sentence():
    model, other = build(classes=3), build(classes=3, scale=0.2)
    x = torch.randint(7, (1, 1, 6, 5), generator=torch.Generator().manual_seed(4))
    data = encode(model, x, 0)
    for model_, bad in (
        (model, b""), (model, b"PNG" + data), (other, data), (build(), data),
        (model, data[:HEADER] + bytes([255 - data[HEADER]]) + data[HEADER + 1 :]),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"not a picture|another model"):
            decode(model_, bad)
    with pytest.raises(ValueError, match="Expected integer levels"):
        encode(model, x[0], 0)
    with pytest.raises(ValueError, match="not numbers"):
        counts(torch.tensor([float("nan"), 0.0]))
