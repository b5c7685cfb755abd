"""What is an autoregressive model, to the engine and to every page?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from torch import nn

from engine.autoregressive.arrangement import Arrangement
from engine.autoregressive.density import Density
from engine.autoregressive.masks import order_of
from engine.autoregressive.orders import ORDERS, Order
from engine.autoregressive.outputs import OUTPUTS, Output
from engine.config import Part, knob
from engine.registry import Registry

Shape = tuple[int, int, int]  # channels, height, width


@dataclass(frozen=True, slots=True)
class Form:
    """Of which size a network is built."""

    shape: Shape
    levels: int  # that a value can take
    width: int  # P, numbers that stand for the distribution of one value
    classes: int  # of a conditional network; 0: none
    order: tuple[int, ...]  # the channels, first generated first

    @property
    def values(self) -> int:
        """N of a picture."""
        channels, height, width = self.shape
        return channels * height * width


class Autoregressive(Part):
    """p(x) = prod_i p(x_i | x_before), with its knobs.

    It has its own family beside `engine.models`: those map a picture to a few outputs and take a
    target, these give a distribution for each value of the picture itself.
    """

    convolutional: ClassVar[bool] = True  # the same function at every pixel, so any size
    output: Annotated[Output, OUTPUTS.field()] = knob(
        OUTPUTS["softmax"](), "Output", "The distribution of one value.", more=True
    )

    def build(
        self,
        shape: Shape,
        levels: int,
        classes: int = 0,
        seed: int = 0,
        order: Sequence[int] | None = None,
    ) -> Density:
        """A fresh model, weights drawn from the seed.

        Args:
            shape: (C, H, W).
            levels: values that a pixel can take, 2 to 256.
            classes: of a conditional model; 0 models all pictures together.
            order: the channels, first generated first; None: 0, 1, 2.
        """
        if not 2 <= levels <= 256:
            raise ValueError(f"A pixel has 2 to 256 levels. Received: {levels}.")
        if len(shape) != 3 or min(shape) < 1:
            raise ValueError(f"A picture is (channels, height, width). Received: {shape}.")
        chosen = order_of(shape[0], order)
        form = Form(shape, levels, self.output.width(levels), classes, chosen)
        net = self.network(form, seed)
        return Density(net, self.output, levels, shape, classes, chosen, self.pixels(shape))

    def network(self, form: Form, seed: int) -> nn.Module:
        """(B, C, H, W) in -1 … 1 and classes (B,) to (B, C, P, H, W)."""
        raise NotImplementedError

    def pixels(self, shape: Shape) -> tuple[int, ...] | None:
        """(H * W,) the pixels, first generated first; None: row by row."""
        return None


class Placed(Autoregressive):
    """A model with weights of its own for each place: of one size, and in any order of pixels."""

    convolutional: ClassVar[bool] = False
    pixel_order: Annotated[Order, ORDERS.field()] = knob(
        ORDERS["raster"](),
        "Pixel order",
        "In which pixels are generated; the chain rule holds for every one.",
        more=True,
    )

    def pixels(self, shape: Shape) -> tuple[int, ...]:
        return tuple(self.pixel_order.pixels(*shape[1:]).tolist())

    def arrangement(self, form: Form) -> Arrangement:
        return Arrangement.of(form.shape, form.order, self.pixels(form.shape))


AUTOREGRESSIVE: Registry[Autoregressive] = Registry("autoregressive model")
