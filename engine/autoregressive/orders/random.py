"""Any order at all, drawn once."""

from typing import ClassVar

import torch

from engine.autoregressive.orders._spec import ORDERS, Order, Pixels
from engine.config import About, knob
from engine.device import generator


@ORDERS.register
class Random(Order):
    about: ClassVar[About] = About(
        id="random",
        label="Random",
        summary="One fixed shuffle: as legal as any other, and the previous pixels lie anywhere.",
    )
    seed: int = knob(0, "Seed", "Draws the shuffle.", ge=0, le=2**31 - 1)

    def pixels(self, height: int, width: int) -> Pixels:
        draw = generator(self.seed, "order", "pixels")
        return torch.randperm(height * width, generator=draw).numpy()
