"""The pointing game without tolerance: does the map's highest point lie on the object itself?"""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.explain.scores._spec import SCORES, Case, Compared, Score
from engine.explain.scores.pointing_game import PointingGame


@SCORES.register
class PointingExact(Score):
    about: ClassVar[About] = About(
        id="pointing_exact",
        label="Pointing, exact",
        summary="The pointing game at tolerance 0: a point beside the object is a miss.",
        formula=r"\mathbb{1}\left[\arg\max M \in \text{mask}\right]",
        source="Zhang et al. 2018, Top-down neural attention by excitation backprop, section 4.1, "
        "without its tolerance",
        url="https://doi.org/10.1007/s11263-017-1059-x",
    )
    asks: ClassVar[Compared] = "mask"
    higher_is_better: ClassVar[bool] = True

    def of(self, case: Case) -> Tensor:
        """In 0..1. Where several points are highest, up to rounding: the share of them that hit."""
        return PointingGame(tolerance=0.0).of(case)
