"""Row by row, from the end."""

from typing import ClassVar

import numpy as np

from engine.autoregressive.orders._spec import ORDERS, Order, Pixels
from engine.config import About


@ORDERS.register
class Reverse(Order):
    about: ClassVar[About] = About(
        id="reverse", label="Backwards", summary="Row by row from the last pixel to the first."
    )

    def pixels(self, height: int, width: int) -> Pixels:
        return np.arange(height * width)[::-1].copy()
