"""Occlusion: how much of the score is lost while a window hides a part of the image?"""

import math
from typing import ClassVar

import torch
from captum.attr import Occlusion as CaptumOcclusion
from torch import Tensor, nn

from engine.config import About, knob
from engine.explain.baselines import Baseline, baseline_knob, baseline_of
from engine.explain.methods._spec import METHODS, Group, Method


@METHODS.register
class Occlusion(Method):
    about: ClassVar[About] = About(
        id="occlusion",
        label="Occlusion",
        summary="The score lost while a sliding window hides a part, averaged over the windows "
        "that hide a pixel.",
        formula=r"M_{ij} = \frac{1}{|\{w \ni (i, j)\}|} \sum_{w \ni (i, j)} "
        r"\bigl(S_c(x) - S_c(x_{\setminus w})\bigr)",
        source="Zeiler and Fergus 2014, section 4.2",
        url="https://arxiv.org/abs/1311.2901",
    )
    group: ClassVar[Group] = "perturbation"
    baseline: Baseline = baseline_knob("own")
    window: float = knob(
        0.25, "Window", "Its side, as a share of the image's.", ge=0.05, le=0.9, step=0.05
    )
    stride: float = knob(
        0.5, "Stride", "As a share of the window; 1: windows do not overlap.", ge=0.25, le=1,
        step=0.25,
    )  # fmt: skip

    @property
    def pictures(self) -> int:
        return 16

    def passes(self, model: nn.Module, x: Tensor) -> int:
        window, stride = self._sliding(x)
        places = [
            1 + math.ceil((side - w) / s)
            for side, w, s in zip(x.shape[2:], window, stride, strict=True)
        ]
        return math.prod(places) + 1

    def _sliding(self, x: Tensor) -> tuple[list[int], list[int]]:
        """Sides of the window and of its stride, in pixels."""
        window = [max(1, round(self.window * side)) for side in x.shape[2:]]
        return window, [max(1, round(self.stride * side)) for side in window]

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        channels = x.shape[1]
        window, stride = self._sliding(x)
        with torch.no_grad():
            found: Tensor = CaptumOcclusion(model).attribute(
                x,
                (channels, *window),
                strides=(channels, *stride),
                baselines=baseline_of(self.baseline, x, seed),
                target=target,
                perturbations_per_eval=self.pictures,
            )
        return found[:, :1].to(x.dtype)  # the same in every channel
