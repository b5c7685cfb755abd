"""What is an autoregressive model, to the engine and to every page?"""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from torch import nn

from engine.autoregressive.density import Density
from engine.autoregressive.masks import order_of
from engine.autoregressive.outputs import OUTPUTS, Output
from engine.config import Part, knob
from engine.registry import Registry


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
        shape: tuple[int, int, int],
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
        net = self.network(shape, self.output.width(levels), classes, seed, chosen)
        return Density(net, self.output, levels, shape, classes, chosen)

    def network(
        self, shape: tuple[int, int, int], width: int, classes: int, seed: int, order: Sequence[int]
    ) -> nn.Module:
        """(B, C, H, W) in -1 … 1 and classes (B,) to (B, C, P, H, W), P being `width`."""
        raise NotImplementedError


AUTOREGRESSIVE: Registry[Autoregressive] = Registry("autoregressive model")
