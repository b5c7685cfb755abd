"""A picture as one row of values in the order in which they are generated, and back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Pixel by pixel in some order, and in each pixel channel by channel."""

    shape: tuple[int, int, int]  # (C, H, W)
    channels: tuple[int, ...]  # first generated first
    pixels: tuple[int, ...]  # row * W + column, first generated first

    @classmethod
    def of(
        cls, shape: tuple[int, int, int], channels: Sequence[int], pixels: Sequence[int]
    ) -> "Arrangement":
        """Raises ValueError where the pixels are no permutation of the picture's."""
        if sorted(pixels) != list(range(shape[1] * shape[2])):
            raise ValueError(
                f"An order of {shape[1] * shape[2]} pixels must hold each of them once. "
                f"Received: {len(pixels)} values."
            )
        return cls(shape, tuple(channels), tuple(map(int, pixels)))

    @property
    def size(self) -> int:
        """N, values of a picture."""
        return len(self.channels) * len(self.pixels)

    def row(self, z: Tensor) -> Tensor:
        """(B, C, H, W) to (B, N). Raises ValueError for a picture of another size."""
        if tuple(z.shape[1:]) != self.shape:
            raise ValueError(
                f"This model was built for {self.shape}. Received: {tuple(z.shape[1:])}."
            )
        values = z[:, list(self.channels)].flatten(2)[:, :, list(self.pixels)]  # (B, C, pixels)
        return values.permute(0, 2, 1).flatten(1)

    def picture(self, numbers: Tensor) -> Tensor:
        """(B, P, N) in order to (B, C, P, H, W)."""
        split = numbers.unflatten(2, (len(self.pixels), len(self.channels)))  # (B, P, pixels, C)
        pixels, channels = np.argsort(self.pixels).tolist(), np.argsort(self.channels).tolist()
        placed = split[:, :, pixels][..., channels]
        return placed.permute(0, 3, 1, 2).unflatten(3, self.shape[1:])
