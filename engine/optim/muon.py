"""Muon: momentum made orthogonal, so that every direction of a matrix moves alike."""

from collections.abc import Iterable
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated
from engine.optim._wrap import Wrapped
from engine.optim.adamw import AdamW

VECTORS = AdamW()


@OPTIMIZERS.register
class Muon(Optimizer):
    """For matrices; vectors and kernels of convolutions take AdamW at its defaults, as is usual.

    On matrices this is torch.optim.Muon, its bfloat16 included, up to the rounding of batched
    products. Both rules share the learning rate; with "like AdamW" their steps are of one size.
    The formula is that with Nesterov's look ahead; without it u = m. A matrix needs no v.
    """

    about: ClassVar[About] = About(
        id="muon",
        label="Muon",
        summary="Makes the momentum of each matrix nearly orthogonal, so that most directions move "
        "alike.",
        formula=r"m \leftarrow \mu m + (1 - \mu) g, \quad u = \mu m + (1 - \mu) g, \quad "
        r"\theta \leftarrow (1 - \eta \lambda)\,\theta - "
        r"\eta \sqrt{\max\left(1, \tfrac{n}{k}\right)}\, "
        r"\operatorname{NS}_5(u), \quad \theta \in \mathbb{R}^{n \times k}",
        source="Jordan et al. 2024, Muon: an optimizer for hidden layers in neural networks",
        url="https://kellerjordan.github.io/posts/muon/",
    )
    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    elementwise: ClassVar[bool] = False
    typical: ClassVar[float] = 0.02
    direction: ClassVar[str] = "m"
    by_distance: ClassVar[float] = 0.01
    momentum: float = knob(
        0.95,
        "Momentum μ",
        "Share of the old mean gradient that is kept.",
        ge=0,
        le=0.999,
        step=0.01,
    )
    weight_decay: float = knob(
        0.1,
        "Weight decay λ",
        "Share of each matrix lost in a step of learning rate 1.",
        ge=0,
        le=1,
        step=0.001,
    )
    nesterov: bool = knob(True, "Nesterov", "Look one step of momentum ahead.", more=True)
    scale: Literal["original", "match_rms_adamw"] = knob(
        "original",
        "Step size",
        "How the step depends on the shape of the matrix.",
        options={"original": "√max(1, n/k)", "match_rms_adamw": "0.2 √max(n, k), like AdamW"},
        more=True,
    )

    def init(self, parameter: Tensor) -> State:
        matrix = parameter.ndim == 3
        v = parameter.new_zeros(parameter.shape[0], 0) if matrix else torch.zeros_like(parameter)
        return torch.zeros_like(parameter), v

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        μ, λ = self.chosen(knobs, "momentum", "weight_decay")
        if θ.ndim != 3:
            return VECTORS.update(θ, g, state, t, η)
        m, v = state
        m = μ * m + (1 - μ) * g
        u = μ * m + (1 - μ) * g if self.nesterov else m
        n, k = θ.shape[-2:]
        size = max(1, n / k) ** 0.5 if self.scale == "original" else 0.2 * max(n, k) ** 0.5
        u = orthogonalised(u)
        return θ * (1 - η * λ) - η * size * u, (m, v)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        # torch's class refuses vectors
        return Wrapped(parameters, learning_rate, self.update, self.init, self.slots)


# Slope largest at zero: five iterations bring most singular values to between 0.7 and 1.2; those
# that begin far below the largest stay smaller.
A, B, C = 3.4445, -4.7750, 2.0315


def orthogonalised(u: Tensor) -> Tensor:
    """Five Newton-Schulz steps X ← aX + (bXXᵀ + c(XXᵀ)²)X from X = u / ‖u‖, in bfloat16.

    Args:
        u: (R, n, k).

    Returns:
        (R, n, k), near to PQᵀ of the singular value decomposition u = PSQᵀ.

    Source: Jordan et al. 2024, section "Newton-Schulz".
    """
    tall = u.shape[-2] > u.shape[-1]
    x = u.bfloat16().mT if tall else u.bfloat16()  # the smaller Gram matrix of the two
    x = x / torch.linalg.vector_norm(x, dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(5):
        if x.shape[-2] == 1:  # one row: its Gram matrix is a number, and products are not needed
            x = _row(x)
            continue
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=B, alpha=C), x, beta=A)
    return (x.mT if tall else x).to(u.dtype)


def _row(x: Tensor) -> Tensor:
    """One step of the iteration for matrices of one row, (R, 1, k), rounded where products are."""
    f = x.float()
    gram = (f * f).sum(-1, keepdim=True).bfloat16().float()  # (R, 1, 1)
    return (A * f + (B * gram + C * gram * gram).bfloat16().float() * f).bfloat16()
