"""A mixture of Gaussians: the smallest model of a density, for points in the plane."""

from math import log, pi
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.device import generator
from engine.models._spec import MODELS, Model
from engine.nn.layers import Layers
from engine.plain import Plain


class GaussianMixture(nn.Module):
    r"""log p(x) = log sum_k π_k N(x; μ_k, Σ_k), with precision Σ_k^{-1} = L_k L_k^T.

    Args:
        means: (K, D), to begin with.
        x: (B, D).

    Returns:
        (B, 1) log-density in nats.
    """

    def __init__(self, means: Tensor) -> None:
        super().__init__()
        components, dimensions = means.shape
        self.logits = nn.Parameter(torch.zeros(components))
        self.means = nn.Parameter(means)
        self.log_diagonal = nn.Parameter(torch.ones(components, dimensions))
        self.lower = nn.Parameter(torch.zeros(components, dimensions, dimensions))

    def forward(self, x: Tensor) -> Tensor:
        factor = self.lower.tril(-1) + torch.diag_embed(self.log_diagonal.exp())  # (K, D, D)
        away = x[:, None, :] - self.means  # (B, K, D)
        white = torch.einsum("bkd,kde->bke", away, factor)  # (B, K, D)
        log_normal = (
            self.log_diagonal.sum(-1)
            - 0.5 * white.square().sum(-1)
            - 0.5 * x.shape[-1] * log(2 * pi)
        )  # (B, K)
        return torch.logsumexp(self.logits.log_softmax(0) + log_normal, -1, keepdim=True)


@MODELS.register
class Mixture(Model):
    about: ClassVar[About] = About(
        id="mixture",
        label="Mixture of Gaussians",
        summary="Learns how likely each point is, not which class it has.",
        formula=r"p(x) = \sum_k \pi_k\, \mathcal{N}(x;\, \mu_k, \Sigma_k)",
        source="Bishop 2006, Pattern recognition and machine learning, equation 9.7",
        url="https://www.microsoft.com/en-us/research/people/cmbishop/prml-book/",
    )
    kinds: ClassVar[tuple[str, ...]] = ("points",)
    density: ClassVar[bool] = True
    layered: ClassVar[bool] = False
    components: int = knob(8, "Components", "Gaussians in the mixture.", ge=1, le=64)

    def build(self, shape: tuple[int, ...], outputs: int, layers: Layers, seed: int) -> nn.Module:
        draw = generator(seed, "weights", "mixture")
        return GaussianMixture(torch.randn(self.components, shape[0], generator=draw))

    def source(
        self, plain: Plain, shape: tuple[int, ...], outputs: int, layers: Layers, seed: str
    ) -> str:
        drawn = f'{plain.function(generator)}({seed}, "weights", "mixture")'
        means = f"torch.randn({self.components}, {shape[0]}, generator={drawn})"
        return f"{plain.type(GaussianMixture)}({means})"
