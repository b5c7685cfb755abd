"""Only what is left in the own row: the other half of the repaired network."""

from collections.abc import Sequence
from typing import ClassVar

from engine.autoregressive.masks import Mask, channel_matrix, left, lift
from engine.autoregressive.schemes._spec import SCHEMES, Scheme
from engine.config import About


@SCHEMES.register
class Horizontal(Scheme):
    about: ClassVar[About] = About(
        id="horizontal",
        label="Horizontal only",
        summary="The pixels to the left in the own row, and nothing above.",
        source="van den Oord et al. 2016, Conditional image generation with PixelCNN "
        "decoders, section 2.2",
        url="https://arxiv.org/abs/1606.05328",
    )

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return lift(left(kernel), channel_matrix("A", order)), None

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return lift(left(kernel), channel_matrix("B", order)), None
