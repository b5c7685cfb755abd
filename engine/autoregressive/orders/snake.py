"""Row by row, every other one backwards."""

from typing import ClassVar

import numpy as np

from engine.autoregressive.orders._spec import ORDERS, Order, Pixels
from engine.config import About


@ORDERS.register
class Snake(Order):
    about: ClassVar[About] = About(
        id="snake",
        label="Snake",
        summary="Rows in turn from the left and from the right: the previous pixel always touches.",
    )

    def pixels(self, height: int, width: int) -> Pixels:
        rows = np.arange(height * width).reshape(height, width)
        rows[1::2] = rows[1::2, ::-1].copy()
        return rows.ravel()
