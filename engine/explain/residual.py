"""Does an explanation add up? The sum of a map against the score that it promises to share out."""

from typing import NamedTuple

from torch import Tensor, nn

from engine.explain.methods import Method


class Residual(NamedTuple):
    """Of one image."""

    total: float  # what the map sums to, logits
    owed: float  # what it must sum to, logits
    mass: float  # sum of absolute values: what was handed out, both ways

    @property
    def missing(self) -> float:
        """Logits by which the map misses its promise."""
        return self.total - self.owed

    @property
    def relative(self) -> float:
        """Size of the miss as a share of what is owed; large where little is owed."""
        return abs(self.missing) / max(abs(self.owed), 1e-12)


def residual(
    method: Method, model: nn.Module, x: Tensor, target: Tensor, map: Tensor, seed: int = 0
) -> Residual | None:
    """How far a map is from what its method promises; None where it promises nothing.

    Args:
        method: with its knobs.
        model: from (1, C, H, W) to logits (1, K).
        x: (1, C, H, W).
        target: (1,).
        map: (1, C or 1, H, W), as the method gave it for the same arguments.
        seed: as it was.
    """
    owed = method.owed(model, x, target, seed)
    if owed is None:
        return None
    values = map.double()
    return Residual(float(values.sum()), float(owed.sum()), float(values.abs().sum()))
