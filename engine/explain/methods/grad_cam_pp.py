"""Grad-CAM++: does a class that appears twice, or small, still get its share?"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._layer import layer_knob
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.feature_maps import choose_layer, enlarge, maps_and_gradients


@METHODS.register
class GradCAMPlusPlus(Method):
    """The paper explains Y = exp(S_c), whose derivatives are powers of ∂S_c/∂A times Y. The factor
    Y is the same for every pixel and is left out: the map is in units of the logit."""

    about: ClassVar[About] = About(
        id="grad_cam_pp",
        label="Grad-CAM++",
        summary="Grad-CAM with a weight for every place, so that each spot of a class counts.",
        formula=r"w_k^c = \sum_{ij} \frac{g_{ij}^2}{2 g_{ij}^2 + g_{ij}^3 \sum_{ab} A^k_{ab}}\, "
        r"\mathrm{ReLU}(g_{ij}), \quad g = \frac{\partial S_c}{\partial A^k}",
        source="Chattopadhay, Sarkar, Howlader and Balasubramanian 2018, Grad-CAM++, "
        "equations 5 and 19",
        url="https://arxiv.org/abs/1710.11063",
    )
    group: ClassVar[Group] = "cam"
    signed: ClassVar[bool] = False
    layer: str = layer_knob()

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        a, g = maps_and_gradients(model, x, target, choose_layer(model, x, self.layer))
        below = 2 * g**2 + g**3 * a.sum((2, 3), keepdim=True)
        alpha = torch.where(below != 0, g**2 / torch.where(below != 0, below, 1.0), 0.0)
        weight = (alpha * g.relu()).sum((2, 3), keepdim=True)  # (B, K, 1, 1)
        return enlarge((weight * a).sum(1, keepdim=True).relu(), tuple(x.shape[2:]))  # type: ignore[arg-type]
