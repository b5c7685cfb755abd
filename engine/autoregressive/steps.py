"""What of a network must be computed when one more value is known? Where weights have places.

Such a network offers `steps`: a generator that is sent each value as it is chosen, and keeps what
the next ones need of it. So a picture costs about as much as one pass of the whole network, and not
one pass a value.
"""

from collections.abc import Generator
from typing import Any, TypeAlias

from torch import Tensor, nn

Steps: TypeAlias = Generator[Tensor, Tensor, None]
"""Yields (B, P) for each value in order, and is sent the scaled value (B,) that was chosen."""


def stepwise(net: nn.Module) -> bool:
    """Whether a network can be told one value after another."""
    return hasattr(net, "steps")


class Stepped:
    """The steps of one batch of pictures.

    Args:
        net: for which `stepwise` holds.
        z: (B, C, H, W) the scaled pictures; the caller fills them in, in the network's order.
        y: (B,) classes or None.
    """

    def __init__(self, net: Any, z: Tensor, y: Tensor | None) -> None:
        self.z, self.steps = z, net.steps(z, y)
        self.last: tuple[int, int, int] | None = None

    def value(self, channel: int, row: int, column: int) -> Tensor:
        """(B, P) of the value that comes next."""
        if self.last is None:
            found: Tensor = next(self.steps)
        else:
            before, above, left = self.last
            found = self.steps.send(self.z[:, before, above, left])
        self.last = channel, row, column
        return found
