"""Column by column."""

from typing import ClassVar

import numpy as np

from engine.autoregressive.orders._spec import ORDERS, Order, Pixels
from engine.config import About


@ORDERS.register
class Column(Order):
    about: ClassVar[About] = About(
        id="column",
        label="Column by column",
        summary="Each column from top to bottom, left column first.",
    )

    def pixels(self, height: int, width: int) -> Pixels:
        return np.arange(height * width).reshape(height, width).T.ravel()
