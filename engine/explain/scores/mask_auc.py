"""Mask AUC: does a pixel on the object get a higher value than one off it?"""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About
from engine.explain.maps.similarity import ranks
from engine.explain.scores._spec import SCORES, Case, Compared, Score


@SCORES.register
class MaskAUC(Score):
    about: ClassVar[About] = About(
        id="mask_auc",
        label="Mask AUC",
        summary="Probability that a pixel on the object has a higher value than one off it; one "
        "half is chance. No threshold, and every pixel counts.",
        formula=r"P(M_p > M_q) + \tfrac{1}{2} P(M_p = M_q), \quad p \in \text{mask}, "
        r"\; q \notin \text{mask}",
        source="Hanley and McNeil 1982, The meaning and use of the area under a receiver operating "
        "characteristic (ROC) curve",
        url="https://doi.org/10.1148/radiology.143.1.7063747",
    )
    asks: ClassVar[Compared] = "mask"
    higher_is_better: ClassVar[bool] = True

    def of(self, case: Case) -> Tensor:
        """In 0..1, from signed values; NaN where the object is nowhere, or everywhere."""
        masks = case.masks.flatten(1)
        inside = masks.sum(1).double()  # (N,)
        outside = masks.shape[1] - inside
        placed = (ranks(case.maps.flatten(1)) * masks).sum(1) - inside * (inside + 1) / 2
        both = inside * outside
        found = torch.where(both > 0, placed / both.clamp(min=1), torch.nan)
        return found.to(case.maps.dtype)
