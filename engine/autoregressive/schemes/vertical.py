"""Only the rows above: half of the repaired network."""

from collections.abc import Sequence
from typing import ClassVar

from engine.autoregressive.masks import Mask, above, lift, own_row
from engine.autoregressive.schemes._spec import SCHEMES, Scheme
from engine.config import About


@SCHEMES.register
class Vertical(Scheme):
    about: ClassVar[About] = About(
        id="vertical",
        label="Vertical only",
        summary="The half-plane above, without the pixels of the own row.",
        source="van den Oord et al. 2016, Conditional image generation with PixelCNN "
        "decoders, section 2.2",
        url="https://arxiv.org/abs/1606.05328",
    )

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return lift(above(kernel), channels=len(order)), None

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return lift(above(kernel) | own_row(kernel), channels=len(order)), None
