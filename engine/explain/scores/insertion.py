"""Insertion: how soon does the network see the class, as its evidence is shown?"""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.explain.scores._curve import CurveScore, blurred, curve
from engine.explain.scores._spec import SCORES, Case


@SCORES.register
class Insertion(CurveScore):
    about: ClassVar[About] = About(
        id="insertion",
        label="Insertion",
        summary="Area under the class's probability as a blurred picture becomes sharp, the "
        "highest pixels first.",
        formula=r"\int_0^1 p_c(\text{blurred } x \text{ with its top } q)\, dq",
        source="Petsiuk, Das and Saenko 2018, RISE, causal metric",
        url="https://arxiv.org/abs/1806.07421",
    )
    higher_is_better: ClassVar[bool] = True

    def curve(self, case: Case) -> Tensor:
        """(N, S + 1) probabilities, from the blurred picture to the whole one."""
        return curve(case, blurred(case.x), case.x)
