"""How large is a network, and how much does it multiply? Asked without building it."""

from collections.abc import Callable

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from engine.data import Dataset
from engine.runs.work import Costs


def size_of(
    build: Callable[[], nn.Module],
    shape: tuple[int, ...] | None,
    dtype: torch.dtype = torch.float32,
) -> Costs:
    """Weights, and products for one example: its tensors have shapes and no memory.

    Args:
        build: makes the network.
        shape: of one example; None: its products are not asked for.
        dtype: of its numbers, or tokens.
    """
    with FakeTensorMode(), torch.no_grad():
        model = build().eval()
        weights = sum(p.numel() for p in model.parameters())
        if shape is None:
            return Costs(weights=weights)
        with FlopCounterMode(display=False) as counter:
            model(torch.zeros(2, *shape, dtype=dtype))  # some layers cannot see one example alone
    return Costs(weights=weights, products=counter.get_total_flops() // 4)


def drawn(data: Dataset) -> tuple[tuple[int, int, int] | None, int]:
    """Of a set of pictures that is drawn: (C, H, W) and the numbers in all of them.

    (None, 0) of any other, whose files are as large as they are.
    """
    side = getattr(data, "size", None)
    if side is None:
        return None, 0
    channels = 3 if getattr(data, "colour", False) else 1
    return (channels, side, side), getattr(data, "examples", 0) * channels * side * side
