"""Grad-CAM: which feature maps does the class lean on, and where are they active?"""

from typing import ClassVar

from captum.attr import LayerGradCam
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._layer import layer_knob
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.feature_maps import choose_layer, enlarge


@METHODS.register
class GradCAM(Method):
    about: ClassVar[About] = About(
        id="grad_cam",
        label="Grad-CAM",
        summary="A layer's feature maps, weighted by how much the score reacts to each of them.",
        formula=r"M = \mathrm{ReLU}\Bigl(\sum_k \alpha_k^c A^k\Bigr), \quad "
        r"\alpha_k^c = \frac{1}{Z} \sum_{i,j} \frac{\partial S_c}{\partial A^k_{ij}}",
        source="Selvaraju et al. 2017, Grad-CAM, equations 1 and 2",
        url="https://arxiv.org/abs/1610.02391",
    )
    group: ClassVar[Group] = "cam"
    signed: ClassVar[bool] = False
    layer: str = layer_knob()

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        layer = model.get_submodule(choose_layer(model, x, self.layer))
        found: Tensor = LayerGradCam(model, layer).attribute(x, target, relu_attributions=True)
        return enlarge(found, tuple(x.shape[2:]))  # type: ignore[arg-type]
