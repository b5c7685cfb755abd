"""What is a rule for the first weights, to the engine and to every page?"""

import math
from typing import ClassVar

import torch
from torch import Tensor

from engine.config import Part
from engine.plain import Plain
from engine.registry import Registry
from engine.words import said


class Initialiser(Part):
    """Fills one weight from a given source of randomness; biases start at zero, not here.

    Weights are (out, in) or (out, in, height, width). As in torch, fan_in is what one output unit
    reads, in · height · width, and fan_out is out · height · width.
    """

    scaled: ClassVar[bool] = True  # False: a fixed spread, whatever the fan and the gain

    def fill(self, weight: Tensor, generator: torch.Generator, gain: float = 1.0) -> None:
        """Draw the weight anew, in place, without a trace in autograd.

        The numbers are drawn on the generator's device and then moved, so that a seed means the
        same weights on the CPU and on a GPU.

        Args:
            weight: (out, in, ...) floating point, at least two dimensions.
            generator: the only source of randomness.
            gain: factor on the published standard deviation, for rules that are `scaled`; an
                activation's `exact_gain` with LeCun's rule keeps the variance from layer to
                layer. He's rule has ReLU's √2 built in: leave 1.

        Raises:
            ValueError: the weight has fewer than two dimensions.
        """
        if weight.dim() < 2:
            raise ValueError(
                said(
                    "{label} needs a weight of shape (out, in, ...). Received: {shape}.",
                    label=self.about.label,
                    shape=tuple(weight.shape),
                )
            )
        draft = torch.empty(weight.shape, dtype=weight.dtype, device=generator.device)
        self.draw(draft, generator, gain)
        with torch.no_grad():
            weight.copy_(draft)

    def draw(self, weight: Tensor, generator: torch.Generator, gain: float) -> None:
        """Fill a plain tensor (out, in, ...) on the generator's device, in place."""
        raise NotImplementedError

    def source(self, plain: Plain, weight: str, generator: str) -> str:
        """`draw` as plain torch, at a gain of 1."""
        return plain.call(self, self.draw, weight, generator, "1.0")

    def spread(self, shape: tuple[int, ...], gain: float = 1.0) -> float:
        """The standard deviation that theory gives to one weight of this shape."""
        raise NotImplementedError


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight (out, in, ...)."""
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


INITIALISERS: Registry[Initialiser] = Registry("initialiser")
