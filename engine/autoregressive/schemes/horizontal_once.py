"""One horizontal layer beside a vertical stack: why must the horizontal stack go on?"""

from collections.abc import Sequence
from typing import ClassVar

from engine.autoregressive.masks import Mask, above, channel_matrix, left, lift, nothing, own_row
from engine.autoregressive.schemes._spec import SCHEMES, Scheme
from engine.config import About


@SCHEMES.register
class HorizontalOnce(Scheme):
    about: ClassVar[About] = About(
        id="horizontal_once",
        label="Horizontal once",
        summary="One horizontal filter on the image, added to the vertical stack: of the own "
        "row only the nearest pixels are seen.",
    )

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        main = lift(left(kernel), channel_matrix("A", order))
        return main, lift(above(kernel), channels=len(order))

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        main = lift(nothing(kernel), channel_matrix("B", order))
        return main, lift(above(kernel) | own_row(kernel), channels=len(order))
