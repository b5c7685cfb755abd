"""Feature ablation: how much of the score is lost without one patch of the image?"""

from typing import ClassVar

import torch
from captum.attr import FeatureAblation as CaptumFeatureAblation
from torch import Tensor, nn

from engine.config import About
from engine.explain.baselines import Baseline, baseline_knob, baseline_of
from engine.explain.maps.segments import Kind, segments
from engine.explain.methods._patches import across_knob, kind_knob
from engine.explain.methods._spec import METHODS, Group, Method


@METHODS.register
class FeatureAblation(Method):
    about: ClassVar[About] = About(
        id="feature_ablation",
        label="Feature ablation",
        summary="The score lost without one patch, spread over the patch; every patch once.",
        formula=r"M_s = S_c(x) - S_c(x_{\setminus s})",
        source="Captum documentation: FeatureAblation",
        url="https://captum.ai/api/feature_ablation.html",
    )
    group: ClassVar[Group] = "perturbation"
    baseline: Baseline = baseline_knob("own")
    patches: Kind = kind_knob()
    across: int = across_knob()

    @property
    def pictures(self) -> int:
        return 16

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return int(segments(x, self.patches, self.across).max()) + 2

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        parts = segments(x, self.patches, self.across)  # (B, H, W)
        with torch.no_grad():
            found: Tensor = CaptumFeatureAblation(model).attribute(
                x,
                baseline_of(self.baseline, x, seed),
                target,
                feature_mask=parts[:, None].expand_as(x),
                perturbations_per_eval=self.pictures,
            )
        sizes = torch.stack([part.flatten().bincount()[part] for part in parts])  # (B, H, W)
        return found[:, :1].to(x.dtype) / sizes[:, None]  # the same in every channel
