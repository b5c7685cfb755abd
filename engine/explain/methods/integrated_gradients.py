"""Integrated gradients: which values carry the score from the baseline to the image?"""

from typing import ClassVar

from captum.attr import IntegratedGradients as CaptumIntegratedGradients
from torch import Tensor, nn

from engine.config import About, knob
from engine.explain.baselines import Baseline, baseline_knob, baseline_of
from engine.explain.methods._spec import METHODS, WITH_GRADIENT, Group, Method
from engine.explain.networks.answers import scores


@METHODS.register
class IntegratedGradients(Method):
    about: ClassVar[About] = About(
        id="integrated_gradients",
        label="Integrated gradients",
        summary="The gradient, averaged on the straight way from a baseline to the image, times "
        "their difference.",
        formula=r"M = (x - x') \odot \int_0^1 \frac{\partial S_c}{\partial x}"
        r"\bigl(x' + \alpha (x - x')\bigr)\, d\alpha",
        source="Sundararajan, Taly and Yan 2017, Axiomatic attribution for deep networks, "
        "equation 1",
        url="https://arxiv.org/abs/1703.01365",
    )
    group: ClassVar[Group] = "gradient"
    promise: ClassVar[str] = r"S_c(x) - S_c(x')"
    baseline: Baseline = baseline_knob()
    steps: int = knob(
        32, "Steps", "Points of the Gauss-Legendre rule for the integral.", ge=4, le=256, log=True
    )

    @property
    def pictures(self) -> int:
        return self.steps

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return self.steps * WITH_GRADIENT

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        found: Tensor = CaptumIntegratedGradients(model).attribute(
            x, baseline_of(self.baseline, x, seed), target, n_steps=self.steps
        )
        return found.to(x.dtype)  # the rule's weights are float64

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        start = baseline_of(self.baseline, x, seed)
        return scores(model, x, target) - scores(model, start, target)
