"""Compared with what? The image without content that an attribution starts from."""

from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import knob
from engine.device import generator

Baseline = Literal["mean", "dark", "light", "own", "blur", "noise"]
OPTIONS = {
    "mean": "mean of the data",
    "dark": "darkest value",
    "light": "lightest value",
    "own": "the image's mean",
    "blur": "blurred image",
    "noise": "noise",
}


def baseline_knob(default: Baseline = "mean", more: bool = False) -> Any:
    """The field of a method that compares with something."""
    return knob(
        default,
        "Baseline",
        "What stands for “nothing there”. The mean of the data is 0 after scaling, not black.",
        options=OPTIONS,
        more=more,
    )


def baseline_of(kind: Baseline, x: Tensor, seed: int) -> Tensor:
    """(B, C, H, W) baselines of images as the model takes them: each channel scaled to mean 0.

    Args:
        kind: mean: zeros; dark, light, own: each image's lowest, highest or mean value of each
            channel; blur: a box filter over half the image, twice; noise: standard normal, the
            same for every image.
        x: (B, C, H, W).
        seed: of the noise.
    """
    x = x.detach()
    match kind:
        case "dark":
            return x.amin((2, 3), keepdim=True).expand_as(x).contiguous()
        case "light":
            return x.amax((2, 3), keepdim=True).expand_as(x).contiguous()
        case "own":
            return x.mean((2, 3), keepdim=True).expand_as(x).contiguous()
        case "blur":
            half = max(1, min(x.shape[2:]) // 4)
            for _ in range(2):
                padded = F.pad(x, (half,) * 4, mode="replicate")
                x = F.avg_pool2d(padded, 2 * half + 1, stride=1)
            return x
        case "noise":
            drawn = torch.randn(x.shape[1:], generator=generator(seed, "baseline"))
            return drawn.to(x).expand_as(x).contiguous()
    return torch.zeros_like(x)
