"""Shrink: after every step, all pixels go a little towards the mean."""

from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser


@REGULARISERS.register
class Shrink(Regulariser):
    """With plain gradient steps of length η it is L2 with θ = 2ηλ, taken after the step."""

    about: ClassVar[About] = About(
        id="shrink",
        label="Shrink",
        summary="Multiplies the picture by a number below 1 after every step.",
        formula=r"r_\theta(x)=(1-\theta)\,x",
        source="Yosinski et al. 2015, section 3, L2 decay",
        url="https://arxiv.org/abs/1506.06579",
    )
    strength: ClassVar[str] = "share"
    share: float = knob(
        0.0, "Shrink θ", "Share of every pixel that is lost at a step; 0 is off.", ge=0, le=0.5,
        log=True,
    )  # fmt: skip

    def after(self, x: Tensor, gradient: Tensor, step: int) -> Tensor:
        return x * (1 - self.share)
