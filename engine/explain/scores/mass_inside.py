"""Mass inside: which share of the evidence lies on the object?"""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About
from engine.explain.scores._spec import SCORES, Case, Compared, Score


@SCORES.register
class MassInside(Score):
    about: ClassVar[About] = About(
        id="mass_inside",
        label="Mass inside",
        summary="Share of the positive attributions that lies on the object.",
        formula=r"\sum_{p \in \text{mask}} M_p^+ \Big/ \sum_p M_p^+",
        source="Arras, Osman and Samek 2022, CLEVR-XAI, relevance mass accuracy",
        url="https://doi.org/10.1016/j.inffus.2021.11.008",
    )
    asks: ClassVar[Compared] = "mask"
    higher_is_better: ClassVar[bool] = True

    def of(self, case: Case) -> Tensor:
        """In 0..1; 0 for a map without anything positive."""
        mass = case.evidence
        total = mass.sum(1)
        inside = (mass * case.masks.flatten(1)).sum(1)
        return torch.where(total > 0, inside / total.clamp(min=1e-30), torch.zeros_like(total))
