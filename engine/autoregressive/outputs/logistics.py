"""A mixture of bell-like curves, cut into levels: few numbers, and neighbours are alike."""

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.autoregressive.outputs._spec import OUTPUTS, Output
from engine.config import About, knob

LEAST_LOG_SCALE = -7.0  # narrower than any level of 256; the bound of the paper's code


@OUTPUTS.register
class Logistics(Output):
    r"""Discretised logistic mixture.

    p(x) = sum_i π_i [σ((x + h - μ_i) / s_i) - σ((x - h - μ_i) / s_i)], with levels at
    x = 2k / (K - 1) - 1 and half a bin h = 1 / (K - 1); the first bin begins at -∞ and the last one
    ends at +∞, so that the levels sum to one exactly.

    Computed as σ(a) - σ(b) = σ(a) σ(-b) (1 - e^{b - a}), which loses no digits in the tails.
    In colour the paper adds linear terms in the earlier channels to the means; here the network's
    masks already let a channel's parameters depend on the earlier ones.

    Source: Salimans et al. 2017, PixelCNN++, equations 1 and 2.
    """

    about: ClassVar[About] = About(
        id="logistics",
        label="Mixture of logistics",
        summary="Bell-like curves cut into levels: few numbers, and neighbouring levels are alike.",
        formula=r"p(x) = \sum_i \pi_i \left[\sigma\!\left(\tfrac{x + h - \mu_i}{s_i}\right) - "
        r"\sigma\!\left(\tfrac{x - h - \mu_i}{s_i}\right)\right], \quad "
        r"\text{first and last level open outwards}",
        source="Salimans et al. 2017, PixelCNN++, equations 1 and 2",
        url="https://arxiv.org/abs/1701.05517",
    )
    components: int = knob(5, "Components", "Curves in the mixture.", ge=1, le=20)

    def width(self, levels: int) -> int:
        return 3 * self.components

    def logits(self, parameters: Tensor, levels: int) -> Tensor:
        k = torch.arange(levels, device=parameters.device)[:, None, None]  # (K, 1, 1)
        return self.log_prob(parameters.unsqueeze(-4), k, levels)  # (..., K, H, W)

    def log_prob(self, parameters: Tensor, x: Tensor, levels: int) -> Tensor:
        weights, means, log_scales = parameters.chunk(3, dim=-3)  # each (..., M, H, W)
        level = x.unsqueeze(-3)  # (..., 1, H, W)
        half = 1 / (levels - 1)
        value = 2 * half * level.to(parameters.dtype) - 1
        inverse = (-log_scales.clamp(min=LEAST_LOG_SCALE)).exp()
        upper, lower = (value + half - means) * inverse, (value - half - means) * inverse
        # log σ(∞) and log σ(-(-∞)) are 0; so is then log(1 - e^{b - a}).
        below = torch.where(level == levels - 1, 0.0, F.logsigmoid(upper))
        beyond = torch.where(level == 0, 0.0, F.logsigmoid(-lower))
        width = torch.log(-torch.expm1(-2 * half * inverse))
        inner = torch.where((level == 0) | (level == levels - 1), 0.0, width)
        return torch.logsumexp(weights.log_softmax(-3) + below + beyond + inner, dim=-3)
