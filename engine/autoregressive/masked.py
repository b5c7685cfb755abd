"""A convolution that looks only through the cells of its mask."""

from collections.abc import Sequence
from math import sqrt
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.autoregressive.borders import inside
from engine.autoregressive.masks import Mask, Padding
from engine.device import generator
from engine.words import said


class MaskedConv2d(nn.Module):
    """(W ⊙ mask) * x + b, of the size of x.

    Only the smallest rectangle of cells that holds the mask is stored and computed: a masked filter
    is a smaller, shifted one. Cells of that rectangle that the mask still forbids are multiplied by
    zero before every use.

    Args:
        inputs, outputs: feature maps, cut into C groups of maps, one a channel of the picture.
        mask: (C, C, k, k) bool, [channel of the result, channel looked at, row, column].
        dilation: pixels between two cells.
        padding: what lies outside the image.
        repeats: equal parts that `outputs` falls into, each cut into groups by itself; 2 for the
            two halves of a gate.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        mask: Mask,
        *,
        dilation: int = 1,
        padding: Padding = "zeros",
        repeats: int = 1,
    ) -> None:
        super().__init__()
        self.dilation, self.padding, self.kernel = dilation, padding, mask.shape[2:]
        cells = np.logical_or.reduce(mask, axis=(0, 1))  # (k, k)
        rows, columns = _span(cells), _span(cells.T)
        middle = (mask.shape[2] // 2, mask.shape[3] // 2)
        # First and last row and column looked at, relative to the pixel itself.
        self.rows = (rows.start - middle[0], rows.stop - 1 - middle[0])
        self.columns = (columns.start - middle[1], columns.stop - 1 - middle[1])
        # The same of the own row alone; (0, -1) where nothing of it is looked at.
        own = np.flatnonzero(cells[middle[0]]) - middle[1]
        self.own_row = (int(own[0]), int(own[-1])) if len(own) else (0, -1)
        result = np.tile(groups(outputs // repeats, len(mask)), repeats)  # (O,)
        seen = mask[:, :, rows, columns]
        allowed = seen[result][:, groups(inputs, len(mask))]  # (O, I, rows, columns)
        own_mask = None if allowed.all() else torch.from_numpy(allowed)
        self.register_buffer("mask", own_mask, persistent=False)
        self.weight = nn.Parameter(torch.zeros(allowed.shape))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.fan_in = max(
            1, int(allowed.reshape(len(allowed), -1).sum(1).max())
        )  # cells that one output sees

    def effective(self) -> Tensor:
        """(O, I, rows, columns) weights x mask, of the stored rectangle."""
        mask = cast(Tensor | None, self.mask)
        return self.weight if mask is None else self.weight * mask

    def full(self) -> Tensor:
        """(O, I, k, k) weights x mask, as they lie in the whole kernel."""
        top, left = self.rows[0] + self.kernel[0] // 2, self.columns[0] + self.kernel[1] // 2
        height, width = self.weight.shape[2:]
        bottom, right = self.kernel[0] - top - height, self.kernel[1] - left - width
        return F.pad(self.effective(), (left, right, top, bottom))

    def forward(self, x: Tensor) -> Tensor:
        (up, down), (left, right) = self.rows, self.columns
        step = self.dilation
        if self.rows == self.columns == (0, 0):
            pass
        elif self.padding == "zeros":  # negative where the rectangle lies to one side: a crop
            x = F.pad(x, (-left * step, right * step, -up * step, down * step))
        else:
            for axis, (low, high) in ((2, self.rows), (3, self.columns)):
                positions = np.arange(low * step, x.shape[axis] + high * step)
                index = inside(positions, x.shape[axis], self.padding)
                x = x.index_select(axis, torch.from_numpy(index).to(x.device))
        return F.conv2d(x, self.effective(), self.bias, dilation=step)

    def reset(self, draw: torch.Generator) -> None:
        """U(-1/√n, 1/√n) for the weights, n being the cells seen; biases zero."""
        bound = 1 / sqrt(self.fan_in)
        with torch.no_grad():
            self.weight.uniform_(-bound, bound, generator=draw)
            self.bias.zero_()


def pointwise(inputs: int, outputs: int, matrix: Mask, repeats: int = 1) -> MaskedConv2d:
    """A 1x1 convolution between groups of maps; `matrix` (C, C) says which group sees which."""
    return MaskedConv2d(inputs, outputs, matrix[:, :, None, None], repeats=repeats)


def groups(maps: int, channels: int) -> NDArray[np.int64]:
    """(maps,) int64: the channel that each feature map belongs to, in blocks of nearly equal size.

    Raises:
        ValueError: a channel would have no map.
    """
    if maps < channels:
        raise ValueError(
            said(
                "{channels} channels need at least as many feature maps; got {maps}.",
                channels=channels,
                maps=maps,
            )
        )
    return np.arange(maps) * channels // maps


def reset(model: nn.Module, seed: int) -> nn.Module:
    """Draw all weights from the seed and the layer's name; class embeddings start at zero."""
    for name, module in model.named_modules():
        if isinstance(module, MaskedConv2d):
            module.reset(generator(seed, "weights", name))
        elif isinstance(module, nn.Embedding):
            nn.init.zeros_(module.weight)
    return model


def dilations(layers: int, chosen: Sequence[int]) -> tuple[int, ...]:
    """One dilation a layer: 1 for the first, then `chosen` over and over; 1 where it is empty."""
    cycle = tuple(chosen) or (1,)
    return (1, *(cycle[i % len(cycle)] for i in range(layers - 1)))


def _span(cells: Mask) -> slice:
    """From the first to the last row that holds a True; the middle one where none does."""
    places = np.argwhere(cells)[:, 0]
    if not len(places):
        return slice(len(cells) // 2, len(cells) // 2 + 1)
    places.sort()
    return slice(int(places[0]), int(places[-1]) + 1)
