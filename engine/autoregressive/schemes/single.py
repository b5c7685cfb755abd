"""One mask a layer, A first and B later: the PixelCNN with the blind spot."""

from collections.abc import Sequence
from typing import ClassVar

from engine.autoregressive.masks import Mask, above, channel_matrix, left, lift
from engine.autoregressive.schemes._spec import SCHEMES, Scheme
from engine.config import About


@SCHEMES.register
class Single(Scheme):
    about: ClassVar[About] = About(
        id="single",
        label="Single mask",
        summary="One masked filter a layer: the rows above and what is left; a wedge to the "
        "right stays unseen.",
        source="van den Oord et al. 2016, Pixel recurrent neural networks, section 3.4",
        url="https://arxiv.org/abs/1601.06759",
    )

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return lift(above(kernel) | left(kernel), channel_matrix("A", order)), None

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return lift(above(kernel) | left(kernel), channel_matrix("B", order)), None
