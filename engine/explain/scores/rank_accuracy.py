"""Rank accuracy: of as many of the highest pixels as the object has, how many lie on it?"""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.explain.scores._order import inside_by_rank
from engine.explain.scores._spec import SCORES, Case, Compared, Score


@SCORES.register
class RankAccuracy(Score):
    about: ClassVar[About] = About(
        id="rank_accuracy",
        label="Rank accuracy",
        summary="Of the K highest pixels, K being the object's size, the share that lies on it.",
        formula=r"\lvert \text{top}_K(M) \cap \text{mask} \rvert / K, \quad K = |\text{mask}|",
        source="Arras, Osman and Samek 2022, CLEVR-XAI, relevance rank accuracy",
        url="https://doi.org/10.1016/j.inffus.2021.11.008",
    )
    asks: ClassVar[Compared] = "mask"
    higher_is_better: ClassVar[bool] = True

    def of(self, case: Case) -> Tensor:
        """In 0..1. Equal pixels count as if they were drawn in random order."""
        masks = case.masks.flatten(1)
        size = masks.sum(1)  # (N,)
        inside, _ = inside_by_rank(case.evidence, masks)
        return inside.gather(1, (size - 1).clamp(min=0)[:, None])[:, 0] / size.clamp(min=1)
