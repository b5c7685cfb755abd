"""GradientShap: what do integrated gradients say on average over many baselines?"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.device import generator
from engine.explain.baselines import Baseline, baseline_knob, baseline_of
from engine.explain.methods._spec import METHODS, WITH_GRADIENT, Group, Method
from engine.explain.networks.answers import gradient, scores


@METHODS.register
class GradientShap(Method):
    """Own code, as captum's draws from the global generators of torch and numpy.

    The i-th point lies at a random place of the i-th of n equal parts of the way, so that few
    points cover it evenly.
    """

    about: ClassVar[About] = About(
        id="gradient_shap",
        label="GradientShap",
        summary="The gradient at random points on the ways from random baselines to the image, "
        "times their difference, averaged.",
        formula=r"M = \mathbb{E}_{x', \alpha}\Bigl[(x - x') \odot \frac{\partial S_c}{\partial x}"
        r"\bigl(x' + \alpha (x - x')\bigr)\Bigr]",
        source="Erion et al. 2021, Improving performance of deep learning models with axiomatic "
        "attribution priors and expected gradients; Lundberg and Lee 2017",
        url="https://arxiv.org/abs/1906.10670",
    )
    group: ClassVar[Group] = "gradient"
    random: ClassVar[bool] = True
    promise: ClassVar[str] = r"\approx S_c(x) - \mathbb{E}\, S_c(x')"
    on_average: ClassVar[bool] = True
    baseline: Baseline = baseline_knob()
    spread: float = knob(
        0.3, "Spread", "Of the baselines: normal noise added to each.", ge=0, le=2, step=0.1
    )
    samples: int = knob(30, "Samples", "Baselines drawn.", ge=2, le=200, log=True)

    def _drawn(self, x: Tensor, seed: int) -> list[tuple[float, Tensor]]:
        """α and baseline (B, C, H, W) of every sample; the noise is the same for every image."""
        draw = generator(seed, "gradient_shap")
        start = baseline_of(self.baseline, x, seed)
        found = []
        for i in range(self.samples):
            alpha = (i + torch.rand((), generator=draw).item()) / self.samples
            noise = torch.randn(x.shape[1:], generator=draw).to(x)
            found.append((alpha, start + self.spread * noise))
        return found

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return self.samples * WITH_GRADIENT

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        total = torch.zeros_like(x)
        for alpha, start in self._drawn(x, seed):
            away = x.detach() - start
            total += away * gradient(model, start + alpha * away, target)
        return total / self.samples

    def owed(self, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
        starts = [scores(model, start, target) for _, start in self._drawn(x, seed)]
        return scores(model, x, target) - torch.stack(starts).mean(0)
