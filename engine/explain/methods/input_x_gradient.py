"""Input × gradient: what would each value contribute if the network were linear?"""

from typing import ClassVar

from captum.attr import InputXGradient as CaptumInputXGradient
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._spec import METHODS, Group, Method


@METHODS.register
class InputXGradient(Method):
    about: ClassVar[About] = About(
        id="input_x_gradient",
        label="Input × gradient",
        summary="Each value times the gradient at it: its share if the network were linear here.",
        formula=r"M = x \odot \frac{\partial S_c}{\partial x}",
        source="Shrikumar, Greenside, Shcherbina and Kundaje 2016, Not just a black box",
        url="https://arxiv.org/abs/1605.01713",
    )
    group: ClassVar[Group] = "gradient"

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        found: Tensor = CaptumInputXGradient(model).attribute(x, target)
        return found
