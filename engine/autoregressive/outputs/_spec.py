"""What is the distribution of one value, to the engine and to every page?"""

from torch import Tensor

from engine.config import Part
from engine.registry import Registry


class Output(Part):
    """A distribution over the levels 0 to K - 1 with P parameters, which a network computes."""

    def width(self, levels: int) -> int:
        """P."""
        raise NotImplementedError

    def logits(self, parameters: Tensor, levels: int) -> Tensor:
        """(..., P, H, W) to (..., K, H, W): log-probabilities up to a constant of each pixel."""
        raise NotImplementedError

    def log_prob(self, parameters: Tensor, x: Tensor, levels: int) -> Tensor:
        """Of the values x, (..., H, W) int64, in nats: (..., P, H, W) to (..., H, W)."""
        raise NotImplementedError


OUTPUTS: Registry[Output] = Registry("output distribution")
