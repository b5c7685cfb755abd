"""Blur: high frequencies are smoothed away every few steps."""

import math
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import About, knob
from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser


@REGULARISERS.register
class Blur(Regulariser):
    about: ClassVar[About] = About(
        id="blur",
        label="Blur",
        summary="Smooths the picture with a Gaussian every few steps.",
        formula=r"r_\theta(x)=G_\sigma * x\quad\text{every }n\text{ steps}",
        source="Yosinski et al. 2015, section 3, Gaussian blur",
        url="https://arxiv.org/abs/1506.06579",
    )
    strength: ClassVar[str] = "width"
    width: float = knob(
        0.0, "Blur σ", "Width of the Gaussian; 0 is off.", ge=0, le=3, step=0.1, unit="pixels"
    )
    every: int = knob(4, "Blur every", ge=1, le=50, unit="steps", more=True)

    def after(self, x: Tensor, gradient: Tensor, step: int) -> Tensor:
        return gaussian(x, self.width) if step % self.every == 0 else x


def gaussian(x: Tensor, width: float) -> Tensor:
    """(B, C, H, W) smoothed along rows, then columns; at the edge the last pixel is repeated.

    Args:
        x: (B, C, H, W).
        width: standard deviation in pixels, above 0; the filter ends at 3 of them.
    """
    reach = max(1, math.ceil(3 * width))
    at = torch.arange(-reach, reach + 1, dtype=x.dtype, device=x.device)
    weights = torch.softmax(-at.square() / (2 * width**2), 0)  # (2 reach + 1,) of sum 1
    channels = x.shape[1]
    for shape, pad in (
        ((1, 1, -1, 1), (0, 0, reach, reach)),
        ((1, 1, 1, -1), (reach, reach, 0, 0)),
    ):
        kernel = weights.view(shape).repeat(channels, 1, 1, 1)
        x = F.conv2d(F.pad(x, pad, mode="replicate"), kernel, groups=channels)
    return x
