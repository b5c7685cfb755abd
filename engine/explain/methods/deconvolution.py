"""Deconvolution: which pattern of pixels is rolled back from the answer through the network?"""

from typing import ClassVar

from captum.attr import Deconvolution as CaptumDeconvolution
from torch import Tensor, nn
from torch.nn import functional as F

from engine.config import About, knob
from engine.explain.methods._rules import demand_relu
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.answers import quiet


@METHODS.register
class Deconvolution(Method):
    """The gradient of a max pooling is its unpooling with switches (Simonyan et al. 2014)."""

    about: ClassVar[About] = About(
        id="deconvolution",
        label="Deconvolution",
        summary="The answer rolled back: unpooled to where the maxima were, through ReLU itself "
        "and the transposed filters.",
        formula=r"R^{\ell} = \mathbb{1}[R^{\ell+1} > 0]\; R^{\ell+1}",
        source="Zeiler and Fergus 2014, Visualizing and understanding convolutional networks, "
        "section 2.1",
        url="https://arxiv.org/abs/1311.2901",
    )
    group: ClassVar[Group] = "gradient"
    switches: bool = knob(
        True, "Switches", "Unpool to where the maximum was; off: spread it over the window."
    )

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        demand_relu(model, self.about.label)
        if not self.switches:
            for module in model.modules():
                if isinstance(module, nn.MaxPool2d):
                    module.register_forward_hook(_spread)
        with quiet():
            found: Tensor = CaptumDeconvolution(model).attribute(x, target)
        return found


def _spread(module: nn.Module, args: tuple[Tensor], out: Tensor) -> Tensor:
    """The maximum forwards; backwards as of an average: nobody remembers where it was."""
    assert isinstance(module, nn.MaxPool2d)
    average = F.avg_pool2d(args[0], module.kernel_size, module.stride, module.padding)
    return out.detach() + average - average.detach()
