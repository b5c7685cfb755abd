"""How likely is a picture? A causal network and the distribution that it parametrises."""

from collections.abc import Sequence
from math import log
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.autoregressive.orders import ranks
from engine.autoregressive.outputs import Output


class Density(nn.Module):
    """log p(x) = sum_i log p(x_i | x_before), all factors in one pass.

    Args:
        net: (B, C, H, W) in -1 … 1 and classes to (B, C, P, H, W).
        output: the distribution that P numbers stand for.
        levels: K, values that a pixel can take.
        shape: (C, H, W) that the model was built for.
        classes: of a conditional model; 0: none.
        order: the channels, first generated first.
        pixels: row * W + column, first generated first; None: row by row, at any size.
    """

    def __init__(
        self,
        net: nn.Module,
        output: Output,
        levels: int,
        shape: tuple[int, int, int],
        classes: int,
        order: Sequence[int],
        pixels: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self.net, self.output, self.levels = net, output, levels
        self.shape, self.classes, self.order = shape, classes, tuple(order)
        raster = tuple(range(shape[1] * shape[2]))
        self.pixels = None if pixels is None or tuple(pixels) == raster else tuple(pixels)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        return self.log_prob(x, y)

    def log_prob(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Of every value given all before it.

        Args:
            x: (B, C, H, W) integer levels, 0 to K - 1.
            y: (B,) int64 class, for a conditional model.

        Returns:
            (B, C, H, W) nats, at most 0; the sum over a picture is its log-likelihood.
        """
        self.check(x, y)
        return self.output.log_prob(self.parameters_at(self.scale(x), y), x.long(), self.levels)

    def logits(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Same arguments; (B, C, K, H, W): their softmax over K is p(x_i = k | x_before)."""
        self.check(x, y)
        return self.output.logits(self.parameters_at(self.scale(x), y), self.levels)

    def bits_per_dim(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """(B,) -log2 p(x) / (C H W): the divisor counts channels."""
        return -self.log_prob(x, y).flatten(1).mean(1) / log(2)

    def parameters_at(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(B, C, H, W) scaled to (B, C, P, H, W); differentiable in z."""
        found: Tensor = self.net(z, y)
        return found

    def scale(self, x: Tensor) -> Tensor:
        """Levels 0 … K - 1 to float -1 … 1, so that black differs from the zeros outside."""
        dtype = next(self.parameters()).dtype
        return x.to(dtype) * (2 / (self.levels - 1)) - 1

    @property
    def reach(self) -> tuple[int, int] | None:
        """(rows, columns) that the kernels reach from a pixel, masks aside; None: everywhere."""
        found: tuple[int, int] | None = getattr(self.net, "reach", None)
        return found

    def ranks(self, height: int | None = None, width: int | None = None) -> NDArray[np.int64]:
        """(C, H, W) when each value is generated."""
        channels, own_height, own_width = self.shape
        size = height or own_height, width or own_width
        return ranks(channels, *size, self.order, self.path(*size))

    def path(self, height: int, width: int) -> NDArray[np.int64]:
        """(H * W,) row * W + column of each pixel, first generated first."""
        return np.arange(height * width) if self.pixels is None else np.array(self.pixels)

    def check(self, x: Tensor, y: Tensor | None) -> None:
        """Raises ValueError with a sentence for a picture or a class that does not fit."""
        if x.ndim != 4 or x.shape[1] != self.shape[0] or x.is_floating_point():
            raise ValueError(
                f"Expected integer levels of shape (B, {', '.join(map(str, self.shape))}). "
                f"Received: {str(x.dtype).removeprefix('torch.')} {tuple(x.shape)}."
            )
        if x.numel() and not 0 <= int(x.min()) <= int(x.max()) < self.levels:
            raise ValueError(
                f"Levels go from 0 to {self.levels - 1}. Received: {int(x.min())} to "
                f"{int(x.max())}."
            )
        if self.classes and (y is None or tuple(y.shape) != (len(x),)):
            received = "none" if y is None else str(tuple(y.shape))
            raise ValueError(
                f"This model is conditional: it needs one class a picture, ({len(x)},). "
                f"Received: {received}."
            )


def quantise(x: Tensor, levels: int) -> Tensor:
    """(…) uint8, 0 … 255, to int64 levels 0 … K - 1 of equal width.

    Args:
        levels: K; 256 keeps every value, 2 cuts at 128.
    """
    return torch.div(x.long() * levels, 256, rounding_mode="floor")


Values: TypeAlias = Tensor  # (n, C, H, W) integer levels of pictures
