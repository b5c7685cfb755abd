"""Diagonal by diagonal."""

from typing import ClassVar

import numpy as np

from engine.autoregressive.orders._spec import ORDERS, Order, Pixels
from engine.config import About


@ORDERS.register
class Diagonal(Order):
    about: ClassVar[About] = About(
        id="diagonal",
        label="Diagonals",
        summary="Each diagonal from its upper right end, starting in the upper left corner.",
    )

    def pixels(self, height: int, width: int) -> Pixels:
        row, column = np.divmod(np.arange(height * width), width)
        return np.lexsort((row, row + column))
