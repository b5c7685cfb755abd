"""Row by row, as one reads."""

from typing import ClassVar

import numpy as np

from engine.autoregressive.orders._spec import ORDERS, Order, Pixels
from engine.config import About


@ORDERS.register
class Raster(Order):
    about: ClassVar[About] = About(
        id="raster",
        label="Row by row",
        summary="Each row from left to right, top row first: the order of PixelCNN.",
    )

    def pixels(self, height: int, width: int) -> Pixels:
        return np.arange(height * width)
