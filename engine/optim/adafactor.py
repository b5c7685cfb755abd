"""Adafactor: remembers one number for each row and column instead of each weight."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated


@OPTIMIZERS.register
class Adafactor(Optimizer):
    """Weights of two or more dimensions are factored over the last two, as torch does.

    A vector keeps its whole mean square in the first slot, and nothing in the second. As in
    torch, squares are averaged rather than summed, and the machine epsilon guards divisions.
    """

    about: ClassVar[About] = About(
        id="adafactor",
        label="Adafactor",
        summary="Remembers rows and columns instead of weights; steps are relative to the weights.",
        formula=r"\hat\beta_t = 1 - t^{-c}, \quad "
        r"r \leftarrow \hat\beta_t r + (1 - \hat\beta_t) \overline{g^2}^{\text{row}}, \quad "
        r"k \leftarrow \hat\beta_t k + (1 - \hat\beta_t) \overline{g^2}^{\text{col}}, \quad "
        r"u = g \Big/ \sqrt{\frac{r k}{\bar r}}, \quad "
        r"\theta \leftarrow (1 - \eta \lambda)\,\theta - "
        r"\max(\epsilon, \operatorname{rms} \theta) \min\left(\eta, \tfrac{1}{\sqrt{t}}\right) "
        r"\frac{u}{\max(1, \operatorname{rms}(u) / d)}",
        source="Shazeer and Stern 2018, Adafactor: adaptive learning rates with "
        "sublinear memory cost, algorithms 4 and 5",
        url="https://arxiv.org/abs/1804.04235",
    )
    slots: ClassVar[tuple[str, ...]] = ("r", "k")
    elementwise: ClassVar[bool] = False
    typical: ClassVar[float] = 0.03
    squares: ClassVar[str] = "k"  # of a matrix of one row, the columns' mean squares are its own
    by_distance: ClassVar[float] = 0.05
    decay: float = knob(0.8, "Memory exponent c", "Larger remembers longer.", ge=0, le=1, step=0.05)
    clip: float = knob(
        1.0, "Clip at d", "Largest root mean square of a step.", ge=1, le=10, step=0.1, more=True
    )
    epsilon: float = knob(
        1e-3,
        "Smallest scale ε",
        "Smallest weight scale that steps are relative to.",
        ge=1e-6,
        le=1,
        log=True,
        more=True,
    )
    weight_decay: float = knob(
        0.0,
        "Weight decay λ",
        "Share of each weight lost in a step of learning rate 1.",
        ge=0,
        le=1,
        step=0.001,
    )

    def init(self, parameter: Tensor) -> State:
        if parameter.ndim > 2:
            return torch.zeros_like(parameter[..., :1]), torch.zeros_like(parameter[..., :1, :])
        return torch.zeros_like(parameter), parameter.new_zeros(parameter.shape[0], 0)

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        c, d, ε, λ = self.chosen(knobs, "decay", "clip", "epsilon", "weight_decay")
        tiny = torch.finfo(θ.dtype).eps
        keep = 1 - t ** (-c)
        squares = g * g
        r, k = state
        if θ.ndim > 2:
            r = keep * r + (1 - keep) * squares.mean(-1, keepdim=True)  # (R, ..., n, 1)
            k = keep * k + (1 - keep) * squares.mean(-2, keepdim=True)  # (R, ..., 1, m)
            v = r * k / r.mean(-2, keepdim=True).clamp(min=tiny)  # (R, ..., n, m)
        else:
            v = r = keep * r + (1 - keep) * squares
        u = g / v.clamp(min=tiny**2).sqrt()
        u = u / (rms(u) / d).clamp(min=1)
        rate = torch.as_tensor(η, dtype=θ.dtype).clamp(max=t**-0.5)
        scale = rms(θ).clamp(min=ε)
        return θ * (1 - η * λ) - scale * rate * u, (r, k)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.Adafactor(
            parameters,
            lr=learning_rate,
            beta2_decay=-self.decay,
            eps=(None, self.epsilon),
            d=self.clip,
            weight_decay=self.weight_decay,
            foreach=True,
        )


def rms(x: Tensor) -> Tensor:
    """Root mean square of each run: (R, ...) to (R, 1, ...)."""
    return x.square().mean(tuple(range(1, x.ndim)), keepdim=True).sqrt() if x.ndim > 1 else x.abs()
