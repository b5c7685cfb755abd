"""A vertical and a horizontal stack: the PixelCNN without the blind spot."""

from collections.abc import Sequence
from typing import ClassVar

from engine.autoregressive.masks import Mask, above, channel_matrix, left, lift, own_row
from engine.autoregressive.schemes._spec import SCHEMES, Scheme
from engine.config import About


@SCHEMES.register
class TwoStacks(Scheme):
    about: ClassVar[About] = About(
        id="two_stacks",
        label="Two stacks",
        summary="A vertical stack for the rows above is added to a horizontal one for the own "
        "row: nothing legal within reach is lost.",
        source="van den Oord et al. 2016, Conditional image generation with PixelCNN "
        "decoders, section 2.2",
        url="https://arxiv.org/abs/1606.05328",
    )

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        main = lift(left(kernel), channel_matrix("A", order))
        return main, lift(above(kernel), channels=len(order))

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        main = lift(left(kernel), channel_matrix("B", order))
        return main, lift(above(kernel) | own_row(kernel), channels=len(order))
