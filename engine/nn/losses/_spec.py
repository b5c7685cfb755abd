"""What is a loss, to the engine and to every page?"""

from typing import ClassVar

from torch import Tensor

from engine.config import Part
from engine.kinds import IGNORED
from engine.plain import Plain
from engine.registry import Registry


class Loss(Part):
    """How far outputs are from targets, averaged over the batch."""

    tasks: ClassVar[tuple[str, ...]]
    unit: ClassVar[str] = ""

    def mean(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """(B, K) outputs and (B,) class indices or (B, K) targets to a scalar."""
        raise NotImplementedError

    def over(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """`mean`; of (B, P, K) outputs and (B, P) class indices, over the places whose class is not
        IGNORED."""
        if targets.ndim == 2 and not targets.is_floating_point():
            counted = targets != IGNORED
            return self.mean(outputs[counted], targets[counted])
        return self.mean(outputs, targets)

    def source(self, plain: Plain, outputs: str, targets: str) -> str:
        """`mean` as plain torch."""
        return plain.call(self, self.mean, outputs, targets, name=f"{self.id}_loss")


LOSSES: Registry[Loss] = Registry("loss")
