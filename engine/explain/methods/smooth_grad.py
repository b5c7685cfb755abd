"""SmoothGrad: what is left of the gradient when the image trembles?"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.device import generator
from engine.explain.methods._spec import METHODS, WITH_GRADIENT, Group, Method
from engine.explain.networks.answers import gradient


@METHODS.register
class SmoothGrad(Method):
    """Own code, as captum's NoiseTunnel draws from torch's global generator."""

    about: ClassVar[About] = About(
        id="smooth_grad",
        label="SmoothGrad",
        summary="The gradient, averaged over copies of the image with noise.",
        formula=r"M = \frac{1}{n} \sum_{i=1}^{n} \frac{\partial S_c}{\partial x}(x + \epsilon_i),"
        r"\quad \epsilon_i \sim \mathcal{N}(0, \sigma^2)",
        source="Smilkov, Thorat, Kim, Viégas and Wattenberg 2017, SmoothGrad",
        url="https://arxiv.org/abs/1706.03825",
    )
    group: ClassVar[Group] = "gradient"
    random: ClassVar[bool] = True
    samples: int = knob(25, "Samples n", "Copies with noise.", ge=2, le=200, log=True)
    noise: float = knob(
        0.15, "Noise", "σ as a share of the image's range of values.", ge=0, le=1, step=0.05
    )

    def passes(self, model: nn.Module, x: Tensor) -> int:
        return self.samples * WITH_GRADIENT

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        draw = generator(seed, "smooth_grad")
        span = x.detach().amax((1, 2, 3), keepdim=True) - x.detach().amin((1, 2, 3), keepdim=True)
        total = torch.zeros_like(x)
        for _ in range(self.samples):
            tremble = torch.randn(x.shape[1:], generator=draw).to(x)  # the same for every image
            total += gradient(model, x + self.noise * span * tremble, target)
        return total / self.samples
