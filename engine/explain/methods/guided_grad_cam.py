"""Guided Grad-CAM: which fine detail lies where Grad-CAM looks?"""

from typing import ClassVar

from captum.attr import GuidedGradCam as CaptumGuidedGradCam
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._layer import layer_knob
from engine.explain.methods._rules import demand_relu
from engine.explain.methods._spec import METHODS, WITH_GRADIENT, Group, Method
from engine.explain.networks.answers import quiet
from engine.explain.networks.feature_maps import choose_layer


@METHODS.register
class GuidedGradCAM(Method):
    about: ClassVar[About] = About(
        id="guided_grad_cam",
        label="Guided Grad-CAM",
        summary="Guided backpropagation times Grad-CAM: its detail, where the class is.",
        formula=r"M = M_{\text{guided}} \odot \mathrm{enlarge}(M_{\text{Grad-CAM}})",
        source="Selvaraju et al. 2017, Grad-CAM, section 3.2",
        url="https://arxiv.org/abs/1610.02391",
    )
    group: ClassVar[Group] = "cam"
    layer: str = layer_knob()

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return 2 * WITH_GRADIENT

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        demand_relu(model, self.about.label)
        layer = model.get_submodule(choose_layer(model, x, self.layer))
        with quiet():
            found: Tensor = CaptumGuidedGradCam(model, layer).attribute(
                x, target, interpolate_mode="bilinear"
            )
        return found
