"""Score-CAM: how far does the score rise when only what a feature map marks is shown?"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._layer import layer_knob
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.answers import scores
from engine.explain.networks.feature_maps import choose_layer, enlarge, feature_layers, maps_of


@METHODS.register
class ScoreCAM(Method):
    """The image is multiplied as the model takes it: what is hidden becomes the data's mean."""

    about: ClassVar[About] = About(
        id="score_cam",
        label="Score-CAM",
        summary="Feature maps weighted by the score of the image seen through each of them. No "
        "gradient.",
        formula=r"M = \mathrm{ReLU}\Bigl(\sum_k \alpha_k A^k\Bigr), \quad "
        r"\alpha = \mathrm{softmax}_k\bigl(S_c(x \odot H^k) - S_c(0)\bigr)",
        source="Wang et al. 2020, Score-CAM, algorithm 1",
        url="https://arxiv.org/abs/1910.01279",
    )
    group: ClassVar[Group] = "cam"
    signed: ClassVar[bool] = False
    layer: str = layer_knob()

    def passes(self, model: nn.Module, x: Tensor) -> int:
        layers = feature_layers(model, x)
        return layers[choose_layer(model, x, self.layer)][0] + 2  # one for each feature map

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        x, size = x.detach(), tuple(x.shape[2:])
        layer = choose_layer(model, x, self.layer)
        a = maps_of(model, x, [layer])[layer]  # (B, K, h, w)
        large = enlarge(a, size)  # type: ignore[arg-type]
        low, high = large.amin((2, 3), keepdim=True), large.amax((2, 3), keepdim=True)
        seen = torch.where(high > low, (large - low) / (high - low).clamp(min=1e-12), 0.0)  # H^k
        empty = scores(model, torch.zeros_like(x), target)  # (B,)
        found = []
        for i, image in enumerate(x):
            rise = scores(model, image * seen[i][:, None], target[i].expand(a.shape[1])) - empty[i]
            found.append(torch.einsum("k,khw->hw", rise.softmax(0), a[i]))
        return enlarge(torch.stack(found)[:, None].relu(), size)  # type: ignore[arg-type]
