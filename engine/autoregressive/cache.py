"""What of a network must be computed when one more pixel is known? Only what is new.

Before a row, everything that depends on the rows above is computed for the whole of it: the
vertical stack and, of the main stack, what its masks see above. For a pixel there remain the cells
of its own row, from the features that the pixels to its left have left behind.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masked import MaskedConv2d


def cacheable(net: nn.Module) -> bool:
    """Whether a network is a stack of layers whose masks see nothing that comes later."""
    return hasattr(net, "readout") and all(
        layer.main.padding == "zeros"
        and layer.main.rows[1] <= 0
        and layer.main.own_row[1] <= 0
        and (layer.vertical is None or layer.vertical.rows[1] <= -int(number == 0))
        for number, layer in enumerate(net.layers)  # type: ignore[arg-type]
    )


class Cache:
    """The features of one batch of pictures that are being made, row by row.

    Args:
        net: a network for which `cacheable` holds.
        z: (B, C, H, W) the scaled pictures; the caller fills them in.
        y: (B,) classes or None.
    """

    def __init__(self, net: Any, z: Tensor, y: Tensor | None) -> None:
        self.net, self.z, self.y = net, z, y
        batch, _, height, width = z.shape
        self.layers = list(net.layers)
        self.vertical, self.above = [z], [z]  # (B, maps, H, W) each
        self.own: list[Tensor] = []  # (B, left + W, maps): the row in work, zeros to its left
        self.weights: list[Tensor | None] = []  # (cells * maps, O)
        self.spans: list[tuple[int, int, int]] = []  # cells, dilation, pixels of zeros to the left
        self.contexts: list[Tensor] = []  # (W, B, O)
        self.row = self.column = 0
        self.begun = -1  # the row that the contexts are of
        maps = z.shape[1]
        for layer in self.layers:
            low, high = layer.main.own_row
            cells, step = high - low + 1, layer.main.dilation
            self.own.append(z.new_zeros(batch, -low * step + width, maps))
            self.spans.append((cells, step, -low * step))
            self.weights.append(None)
            if cells:
                first = low - layer.main.columns[0]
                kept = layer.main.effective()[:, :, -1, first : first + cells]  # (O, I, cells)
                self.weights[-1] = kept.permute(2, 1, 0).flatten(0, 1).contiguous()
            maps = layer.channels
            self.vertical.append(z.new_zeros(batch, maps, height, width))
            self.above.append(z.new_zeros(batch, maps, height, width))

    def value(self, channel: int, row: int, column: int) -> Tensor:
        """(B, P) of the value that comes next, row by row."""
        if row != self.begun:
            self.begin(row)
            self.begun = row
        return self.pixel(row, column)[:, channel]

    def begin(self, row: int) -> None:
        """All that the rows above say about this one."""
        self.contexts = []
        for number, layer in enumerate(self.layers):
            a = None
            if layer.vertical is not None:
                a = _row(layer.vertical, self.vertical[number], row, layer.vertical.rows[1])
            v, context = layer.context(a, self.y)
            if a is not None and number + 1 < len(self.layers):
                self.vertical[number + 1][:, :, row] = v[:, :, 0]
            total = _row(layer.main, self.above[number], row, -1)  # (B, O, 1, W), with the bias
            if context is not None:
                total = total + context
            self.contexts.append(total[:, :, 0].permute(2, 0, 1).contiguous())
            self.own[number].zero_()

    def pixel(self, row: int, column: int) -> Tensor:
        """(B, C, P) at one pixel, from what is known of the picture so far.

        In colour it is called again after each channel; the last call leaves the features of all.
        """
        self.row, self.column = row, column
        return self.step()

    def step(self) -> Tensor:
        """The same at the place where this is."""
        h = self.look()
        for number, layer in enumerate(self.layers):
            self.keep(number, h)
            total, weight = self.context(number), self.weights[number]
            if weight is not None:
                total = torch.addmm(total, self.seen(number).flatten(1), weight)
            h = layer.finish(total[:, :, None, None], h[:, :, None, None])[:, :, 0, 0]
        found: Tensor = self.net.readout(h[:, :, None, None])[..., 0, 0]
        return found

    def feeds(self, number: int) -> bool:
        """Whether rows below will look at what a layer is given; the first one looks at z."""
        return number > 0 and self.layers[number].main.rows[0] < 0

    # ---- where things lie ----

    def look(self) -> Tensor:
        """(B, maps) the picture at this place; what was drawn since goes to where it is seen."""
        if self.column:
            before_it = self.spans[0][2] + self.column - 1
            self.own[0][:, before_it] = self.z[:, :, self.row, self.column - 1]
        return self.z[:, :, self.row, self.column]

    def keep(self, number: int, h: Tensor) -> None:
        """What a layer is given at this place, (B, maps), for the pixels that come."""
        self.own[number][:, self.column + self.spans[number][2]] = h
        if self.feeds(number):
            self.above[number][:, :, self.row, self.column] = h

    def context(self, number: int) -> Tensor:
        """(B, O) what the rows above say to a layer here."""
        return self.contexts[number][self.column]

    def seen(self, number: int) -> Tensor:
        """(B, cells, maps) what a layer sees of its own row."""
        cells, step, _ = self.spans[number]
        return self.own[number][:, self.column : self.column + (cells - 1) * step + 1 : step]


def _row(conv: MaskedConv2d, image: Tensor, row: int, last: int) -> Tensor:
    """One row of a convolution, of its cells up to row `last` of the kernel: (B, O, 1, W)."""
    step, (low, _), (left, right) = conv.dilation, conv.rows, conv.columns
    cells = [dr for dr in range(low, min(last, conv.rows[1]) + 1) if row + dr * step >= 0]
    if not cells:
        return conv.bias[None, :, None, None].expand(len(image), -1, 1, image.shape[3])
    start, stop = row + cells[0] * step, row + cells[-1] * step + 1
    seen = F.pad(image[:, :, start:stop:step], (-left * step, right * step, 0, 0))
    weight = conv.effective()[:, :, cells[0] - low : cells[-1] - low + 1]
    return F.conv2d(seen, weight, conv.bias, dilation=(1, step))
