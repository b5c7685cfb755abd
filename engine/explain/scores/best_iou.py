"""Best IoU: cut the map at its best threshold; how well does the piece cover the object?"""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About
from engine.explain.scores._order import inside_by_rank
from engine.explain.scores._spec import SCORES, Case, Compared, Score


@SCORES.register
class BestIoU(Score):
    about: ClassVar[About] = About(
        id="best_iou",
        label="Best IoU",
        summary="Intersection over union with the object at the threshold that suits it best.",
        formula=r"\max_t \frac{\lvert \{M \ge t\} \cap \text{mask} \rvert}"
        r"{\lvert \{M \ge t\} \cup \text{mask} \rvert}",
        source="Jaccard 1912; its best threshold: Choe et al. 2020, MaxBoxAcc for masks",
        url="https://arxiv.org/abs/2001.07437",
    )
    asks: ClassVar[Compared] = "mask"
    higher_is_better: ClassVar[bool] = True

    def of(self, case: Case) -> Tensor:
        """In 0..1; the best threshold is known afterwards only, so this is an upper bound."""
        masks = case.masks.flatten(1)
        inside, can_stop = inside_by_rank(case.evidence, masks)
        k = torch.arange(1, masks.shape[1] + 1, device=masks.device)
        overlap = inside / (k + masks.sum(1, keepdim=True) - inside)  # (N, P)
        return torch.where(can_stop, overlap, torch.zeros_like(overlap)).amax(1)
