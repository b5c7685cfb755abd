"""What is a regulariser of a picture, to the engine and to every page?"""

from typing import ClassVar

from torch import Generator, Tensor

from engine.config import Part
from engine.registry import Registry


class Regulariser(Part):
    """One reason to prefer some pictures to others, with its knobs; off at its default.

    It acts in one of three places of a step uphill: it lowers the score, it changes what the
    network is shown, or it changes the picture after the step. A picture is (B, C, H, W) in the
    units of the model's input, so that 0 is the mean of the training data.
    """

    strength: ClassVar[str]  # the knob that turns it off at 0

    @property
    def active(self) -> bool:
        return bool(getattr(self, self.strength) > 0)

    def penalty(self, x: Tensor) -> Tensor:
        """(B,) what is taken from the score of each picture."""
        return x.new_zeros(len(x))

    def shown(self, x: Tensor, draw: Generator) -> Tensor:
        """(B, C, H, W) what the network is shown in place of x, differentiable."""
        return x

    def after(self, x: Tensor, gradient: Tensor, step: int) -> Tensor:
        """(B, C, H, W) what x becomes after a step.

        Args:
            x: after the step.
            gradient: of the score before the step, like x.
            step: steps done, from 1.
        """
        return x


REGULARISERS: Registry[Regulariser] = Registry("regulariser")
