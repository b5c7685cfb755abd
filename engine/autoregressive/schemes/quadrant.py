"""Only above and left: legal, but is it enough?"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from engine.autoregressive.masks import Mask, channel_matrix, lift
from engine.autoregressive.schemes._spec import SCHEMES, Scheme
from engine.config import About


@SCHEMES.register
class Quadrant(Scheme):
    about: ClassVar[About] = About(
        id="quadrant",
        label="Upper-left quadrant",
        summary="Sees only what is above and to the left: legal, and it throws away all that "
        "is above and right.",
    )

    def first(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return self._cells(kernel, channel_matrix("A", order)), None

    def later(self, kernel: int, order: Sequence[int]) -> tuple[Mask, Mask | None]:
        return self._cells(kernel, channel_matrix("B", order)), None

    def _cells(self, kernel: int, centre: Mask) -> Mask:
        until = np.arange(kernel) <= kernel // 2
        return lift(until[:, None] & until[None, :], centre)
