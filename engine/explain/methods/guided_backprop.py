"""Guided backpropagation: what is left of the gradient if only positive evidence passes back?"""

from typing import ClassVar

from captum.attr import GuidedBackprop as CaptumGuidedBackprop
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._rules import demand_relu
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.answers import quiet


@METHODS.register
class GuidedBackprop(Method):
    about: ClassVar[About] = About(
        id="guided_backprop",
        label="Guided backpropagation",
        summary="The gradient, stopped at every ReLU where it is negative or the unit is silent. "
        "Sharp, and close to an edge detector.",
        formula=r"R^{\ell} = \mathbb{1}[z^{\ell} > 0]\; \mathbb{1}[R^{\ell+1} > 0]\; R^{\ell+1}",
        source="Springenberg, Dosovitskiy, Brox and Riedmiller 2015, Striving for simplicity",
        url="https://arxiv.org/abs/1412.6806",
    )
    group: ClassVar[Group] = "gradient"

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        demand_relu(model, self.about.label)
        with quiet():
            found: Tensor = CaptumGuidedBackprop(model).attribute(x, target)
        return found
