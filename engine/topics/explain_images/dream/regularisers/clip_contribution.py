"""Clip small contribution: pixels that hardly change the score become the mean."""

from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser
from engine.topics.explain_images.dream.regularisers.clip_norm import keep_largest


@REGULARISERS.register
class ClipContribution(Regulariser):
    about: ClassVar[About] = About(
        id="clip_contribution",
        label="Clip small contribution",
        summary="Sets the pixels that the score hardly rests on to the mean after every step.",
        formula=r"r_\theta(x)_{ij}=x_{ij}\,\Big[\Big|\sum_c x_{ijc}"
        r"\tfrac{\partial S}{\partial x_{ijc}}\Big|\ge q_\theta\Big]",
        source="Yosinski et al. 2015, section 3, clipping pixels with small contribution",
        url="https://arxiv.org/abs/1506.06579",
    )
    strength: ClassVar[str] = "share"
    share: float = knob(
        0.0, "Clip idle pixels", "Share of the pixels, those that the score rests on least, set to "
        "the mean; 0 is off.", ge=0, le=0.95, step=0.05,
    )  # fmt: skip

    def after(self, x: Tensor, gradient: Tensor, step: int) -> Tensor:
        return keep_largest(x, (x * gradient).sum(1).abs(), self.share)
