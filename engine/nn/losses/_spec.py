"""What is a loss, to the engine and to every page?"""

from typing import ClassVar

from torch import Tensor

from engine.config import Part
from engine.kinds import IGNORED
from engine.registry import Registry


class Loss(Part):
    """How far outputs are from targets, averaged over the batch."""

    tasks: ClassVar[tuple[str, ...]]
    unit: ClassVar[str] = ""

    def mean(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """(B, K) outputs and (B,) class indices or (B, K) targets to a scalar; (B, P, K) outputs
        and (B, P) class indices too, of which those that are IGNORED do not count."""
        raise NotImplementedError


def over_places(errors: Tensor, targets: Tensor) -> Tensor:
    """The mean of (B, P, K) errors over the places whose class, (B, P), is not IGNORED."""
    counted = (targets != IGNORED)[..., None]
    return (errors * counted).sum() / (counted.sum() * errors.shape[-1])


LOSSES: Registry[Loss] = Registry("loss")
