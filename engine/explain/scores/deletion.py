"""Deletion: how soon does the network forget the class, as its evidence is taken away?"""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About
from engine.explain.scores._curve import CurveScore, curve
from engine.explain.scores._spec import SCORES, Case


@SCORES.register
class Deletion(CurveScore):
    about: ClassVar[About] = About(
        id="deletion",
        label="Deletion",
        summary="Area under the class's probability as pixels become the mean colour, the "
        "highest first.",
        formula=r"\int_0^1 p_c(x \text{ without its top } q)\, dq",
        source="Petsiuk, Das and Saenko 2018, RISE, causal metric",
        url="https://arxiv.org/abs/1806.07421",
    )
    higher_is_better: ClassVar[bool] = False

    def curve(self, case: Case) -> Tensor:
        """(N, S + 1) probabilities, from the whole picture to the mean colour."""
        return curve(case, case.x, torch.zeros_like(case.x))
