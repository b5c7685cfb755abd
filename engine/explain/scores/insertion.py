"""Insertion: how soon does the network see the class, as its evidence is shown?"""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.explain.scores._curve import area_under, blurred, curve
from engine.explain.scores._spec import SCORES, Case, Compared, Score


@SCORES.register
class Insertion(Score):
    about: ClassVar[About] = About(
        id="insertion",
        label="Insertion",
        summary="Area under the class's probability as a blurred picture becomes sharp, the "
        "highest pixels first.",
        formula=r"\int_0^1 p_c(\text{blurred } x \text{ with its top } q)\, dq",
        source="Petsiuk, Das and Saenko 2018, RISE, section 3.2",
        url="https://arxiv.org/abs/1806.07421",
    )
    asks: ClassVar[Compared] = "model"
    higher_is_better: ClassVar[bool] = True

    def of(self, case: Case) -> Tensor:
        """In 0..1."""
        return area_under(self.curve(case))

    def measure(self, case: Case) -> dict[str, Tensor]:
        """The score, and `curve:<id>` (N, S + 1)."""
        curves = self.curve(case)
        return {self.id: area_under(curves), f"curve:{self.id}": curves}

    def curve(self, case: Case) -> Tensor:
        """(N, S + 1) probabilities, from the blurred picture to the whole one."""
        return curve(case, blurred(case.x), case.x)
