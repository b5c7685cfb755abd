"""L2: strong pixels cost score."""

from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser


@REGULARISERS.register
class L2(Regulariser):
    about: ClassVar[About] = About(
        id="l2",
        label="L2",
        summary="Takes the squared length of the picture from the score.",
        formula=r"\arg\max_x\; S(x)-\lambda\lVert x\rVert_2^2",
        source="Simonyan, Vedaldi and Zisserman 2014, equation 1",
        url="https://arxiv.org/abs/1312.6034",
    )
    strength: ClassVar[str] = "weight"
    weight: float = knob(
        0.0, "L2 weight λ", "Strong pixels cost score; 0 is off.", ge=0, le=1, log=True
    )

    def penalty(self, x: Tensor) -> Tensor:
        return self.weight * x.square().flatten(1).sum(1)
