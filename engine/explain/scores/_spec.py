"""What is a score of an explanation, to the engine and to every page?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor, nn

from engine.config import Part
from engine.registry import Registry

Compared = Literal["mask", "model", "explainer"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """N maps, and all that they can be scored against."""

    maps: Tensor  # (N, H, W) evidence for the class, summed over channels; below 0: against it
    masks: Tensor  # (N, H, W) bool: where the evidence is
    model: nn.Module  # (B, C, H, W) to logits, in evaluation mode
    x: Tensor  # (N, C, H, W)
    target: Tensor  # (N,) int64
    explain: Callable[[Tensor, Tensor], Tensor]  # x (B, C, H, W), target (B,) to maps (B, H, W)
    seed: int = 0

    @property
    def evidence(self) -> Tensor:
        """(N, P) what speaks for the class, pixel by pixel, at least 0."""
        return self.maps.flatten(1).clamp(min=0)


class Score(Part):
    """A number for each map."""

    asks: ClassVar[
        Compared
    ]  # what it compares with: the true mask, the model, or the method itself
    higher_is_better: ClassVar[bool]

    def of(self, case: Case) -> Tensor:
        """(N,) float; NaN where a map has no such score."""
        raise NotImplementedError

    def measure(self, case: Case) -> dict[str, Tensor]:
        """By name, (N, ...): the score under its id, and what it was read from, where that is
        worth drawing."""
        return {self.id: self.of(case)}


SCORES: Registry[Score] = Registry("score of explanations")
