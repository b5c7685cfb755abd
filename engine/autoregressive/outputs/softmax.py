"""Any distribution over the levels: K - 1 free numbers, no notion that 7 lies beside 8."""

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.autoregressive.outputs._spec import OUTPUTS, Output
from engine.config import About


@OUTPUTS.register
class Softmax(Output):
    """Level 0 has logit 0: probabilities sum to one, so K - 1 numbers are enough.

    For two levels this is the logistic function of a single number.
    """

    about: ClassVar[About] = About(
        id="softmax",
        label="Softmax",
        summary="A free probability for each level, as in classification.",
        formula=r"p(x = k) = \frac{e^{\theta_k}}{\sum_j e^{\theta_j}}, \quad \theta_0 = 0",
        source="van den Oord et al. 2016, Pixel recurrent neural networks, section 2.2",
        url="https://arxiv.org/abs/1601.06759",
    )

    def width(self, levels: int) -> int:
        return levels - 1

    def logits(self, parameters: Tensor, levels: int) -> Tensor:
        return torch.cat([torch.zeros_like(parameters[..., :1, :, :]), parameters], dim=-3)

    def log_prob(self, parameters: Tensor, x: Tensor, levels: int) -> Tensor:
        if levels == 2:  # log σ(±θ), without an array of both levels
            theta = parameters.squeeze(-3)
            return F.logsigmoid(torch.where(x == 1, theta, -theta))
        every = self.logits(parameters, levels).log_softmax(dim=-3)  # (..., K, H, W)
        return every.gather(-3, x.unsqueeze(-3)).squeeze(-3)
