"""Clip small norm: weak pixels become the mean, so that only what matters is drawn."""

from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser


@REGULARISERS.register
class ClipNorm(Regulariser):
    about: ClassVar[About] = About(
        id="clip_norm",
        label="Clip small norm",
        summary="Sets the weakest pixels to the mean after every step.",
        formula=r"r_\theta(x)_{ij}=x_{ij}\,\big[\lVert x_{ij}\rVert\ge q_\theta\big]",
        source="Yosinski et al. 2015, section 3, clipping pixels with small norm",
        url="https://arxiv.org/abs/1506.06579",
    )
    strength: ClassVar[str] = "share"
    share: float = knob(
        0.0, "Clip weak pixels", "Share of the pixels, the weakest, set to the mean; 0 is off.",
        ge=0, le=0.95, step=0.05,
    )  # fmt: skip

    def after(self, x: Tensor, gradient: Tensor, step: int) -> Tensor:
        return keep_largest(x, x.norm(dim=1), self.share)


def keep_largest(x: Tensor, size: Tensor, share: float) -> Tensor:
    """x with the pixels of smallest size set to 0, each picture for itself.

    Args:
        x: (B, C, H, W).
        size: (B, H, W) what decides.
        share: of the pixels that go, 0 to 1.
    """
    limit = size.flatten(1).quantile(share, dim=1)  # (B,)
    return x * (size >= limit[:, None, None])[:, None]
