"""Saliency: how strongly would the score react to a small change of each pixel?"""

from typing import ClassVar

from captum.attr import Saliency as CaptumSaliency
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._spec import METHODS, Group, Method


@METHODS.register
class Saliency(Method):
    about: ClassVar[About] = About(
        id="saliency",
        label="Saliency",
        summary="The size of the score's gradient: where a small change would matter most.",
        formula=r"M_{ij} = \max_{\text{channel}} \left|\frac{\partial S_c}{\partial x}\right|_{ij}",
        source="Simonyan, Vedaldi and Zisserman 2014, Deep inside convolutional networks, "
        "section 3.1",
        url="https://arxiv.org/abs/1312.6034",
    )
    group: ClassVar[Group] = "gradient"
    signed: ClassVar[bool] = False

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        found: Tensor = CaptumSaliency(model).attribute(x, target, abs=True)
        return found.amax(1, keepdim=True)
