"""DeepLIFT: how does each value's difference from a baseline travel through the network?"""

from typing import ClassVar

from captum.attr import DeepLift as CaptumDeepLift
from captum.attr._core import deep_lift as captum_deep_lift
from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._baseline import Baseline, baseline_knob, baseline_of
from engine.explain.methods._model import quiet, scores
from engine.explain.methods._rules import AFFINE, ELEMENTWISE, demand, demand_single_use
from engine.explain.methods._spec import METHODS, Group, Method

# captum applies the Rescale rule to the types in this table and silently takes the plain gradient
# of all others, GELU and our own activations among them. The rule itself fits any function of one
# number.
for kind in ELEMENTWISE:
    captum_deep_lift.SUPPORTED_NON_LINEAR.setdefault(kind, captum_deep_lift.nonlinear)


@METHODS.register
class DeepLIFT(Method):
    about: ClassVar[About] = About(
        id="deep_lift",
        label="DeepLIFT",
        summary="Slopes between baseline and image in place of gradients, at every activation: "
        "nothing is lost where a unit is saturated.",
        formula=r"m_{\Delta z} = \frac{\varphi(z) - \varphi(z')}{z - z'}, \quad "
        r"M = (x - x') \odot m_{\Delta x}",
        source="Shrikumar, Greenside and Kundaje 2017, Learning important features through "
        "propagating activation differences, Rescale rule",
        url="https://arxiv.org/abs/1704.02685",
    )
    group: ClassVar[Group] = "gradient"
    promise: ClassVar[str] = r"S_c(x) - S_c(x')"
    baseline: Baseline = baseline_knob()

    @property
    def pictures(self) -> int:
        return 2  # the image and its baseline

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        label = self.about.label
        demand(model, label, (*AFFINE, *ELEMENTWISE, nn.MaxPool2d))
        demand_single_use(model, x, label)
        with quiet():
            found: Tensor = CaptumDeepLift(model).attribute(
                x, baseline_of(self.baseline, x, seed), target
            )
        return found

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        start = baseline_of(self.baseline, x, seed)
        return scores(model, x, target) - scores(model, start, target)
