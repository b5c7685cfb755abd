r"""A texture whose information sits exactly in the blind spot.

Pixel (r, c) repeats its parent (r - 1, c + q), with q > m = (k - 1) / 2: one row up, and too far to
the right. With probability ε it is drawn afresh instead, from all K levels alike. Pixels that have
no parent, in the first row and in the last q columns, are drawn afresh.

Entropy. Pixels are linked only along the lines (r - j, c + j q), each of which is a Markov chain
with uniform marginals, and different lines are independent. So
    H = F log2 K + G h,   h = -a log2 a - (K - 1) b log2 b,   b = ε / K,  a = 1 - ε + b,
for F fresh and G repeated pixels, F + G = H W: the lowest bits a picture that any model can reach.

Bound of a single-mask network. With kernels k it sees of the rows above only what is at most m j
columns to the right j rows up (`closed_forms.is_blind`), at any depth and with any dilations. The
ancestors of a pixel on its line lie j q > m j columns to the right: all are blind. Its descendants
come later. So all pixels it sees are on other lines, hence independent of the pixel, and for
whatever distribution q the network predicts from what it sees S,
    E[-log2 q(x | S)] >= H(x | S) = H(x) = log2 K   for every pixel:
such a network cannot beat log2 K bits a pixel, however long it trains. Knowing nothing reaches it.
(A wider first kernel moves at most its own half-width; take k as the widest kernel.)
A network of two stacks that reaches one row up and q columns to the right can attain H.
"""

from math import log2
from typing import Literal

import torch
from torch import Tensor

from engine.config import Config, knob
from engine.device import generator


class Texture(Config):
    """The process, and what can be said about it without training anything."""

    height: int = knob(16, "Height", ge=2, le=64, unit="pixels")
    width: int = knob(16, "Width", ge=8, le=64, unit="pixels")
    kernel: Literal[3, 5, 7] = knob(
        3, "Kernel", "Widest kernel of the network to be fooled.", unit="pixels",
        options={"3": "3", "5": "5", "7": "7"},
    )  # fmt: skip
    levels: int = knob(2, "Levels", "Values of a pixel.", ge=2, le=256, log=True)
    noise: float = knob(0.05, "Noise", "Share of pixels drawn afresh.", ge=0, le=1, step=0.05)

    @property
    def shift(self) -> int:
        """q = m + 1 columns: the nearest parent that is blind."""
        return self.kernel // 2 + 1

    def sample(self, examples: int, seed: int) -> Tensor:
        """(N, 1, H, W) int64 levels."""
        draw = generator(seed, "data", "texture")
        shape = (examples, self.height, self.width)
        x = torch.randint(self.levels, shape, generator=draw)
        copied = torch.rand(shape, generator=draw) >= self.noise
        for row in range(1, self.height):
            parent = x[:, row - 1, self.shift :]
            mine = x[:, row, : self.width - self.shift]
            x[:, row, : self.width - self.shift] = torch.where(
                copied[:, row, : self.width - self.shift], parent, mine
            )
        return x[:, None]

    @property
    def repeated(self) -> int:
        """G: pixels that have a parent."""
        return (self.height - 1) * (self.width - self.shift)

    def bits_of_a_repeat(self) -> float:
        """h: entropy of a pixel given its parent, in bits."""
        other = self.noise / self.levels
        same = 1 - self.noise + other
        bits = -same * log2(same)
        return bits - (self.levels - 1) * other * log2(other) if other else bits

    def entropy(self) -> float:
        """H / (H W): the least bits a pixel of any model; two stacks can attain it."""
        pixels = self.height * self.width
        fresh = (pixels - self.repeated) * log2(self.levels)
        return (fresh + self.repeated * self.bits_of_a_repeat()) / pixels

    def bound_of_a_single_mask(self) -> float:
        """log2 K: the least bits a pixel of any network of single masks of this kernel."""
        return log2(self.levels)

    def ideal_log2(self, x: Tensor) -> Tensor:
        """log2 p(x_i | x_before) of the process itself, (N, 1, H, W): what to learn."""
        bits = torch.full(x.shape, -log2(self.levels), dtype=torch.float64)
        other = self.noise / self.levels
        same = x[:, :, 1:, : self.width - self.shift] == x[:, :, :-1, self.shift :]
        right, wrong = torch.tensor([1 - self.noise + other, other], dtype=torch.float64).log2()
        bits[:, :, 1:, : self.width - self.shift] = torch.where(same, right, wrong)
        return bits
