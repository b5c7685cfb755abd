"""An ordinary convolution: what goes wrong without a mask?"""

from collections.abc import Sequence
from typing import ClassVar

from engine.autoregressive.masks import Mask, lift, nothing
from engine.autoregressive.schemes._spec import SCHEMES, Scheme
from engine.config import About


@SCHEMES.register
class Plain(Scheme):
    about: ClassVar[About] = About(
        id="plain",
        label="Plain convolution",
        summary="No mask: every pixel sees its whole neighbourhood, itself and the future "
        "included.",
    )
    leaks: ClassVar[bool] = True

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return lift(~nothing(kernel), channels=len(order)), None

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return self.first(kernel, order)
