"""Lion: only the sign of the momentum; every weight moves by the same amount."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._knobs import weight_decay
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated
from engine.optim._wrap import Wrapped


@OPTIMIZERS.register
class Lion(Optimizer):
    about: ClassVar[About] = About(
        id="lion",
        label="Lion",
        summary="Uses only the sign of its momentum: apart from decay, every weight moves by the "
        "same amount.",
        formula=r"c = \beta_1 m + (1 - \beta_1) g, \quad "
        r"\theta \leftarrow \theta - \eta\,(\operatorname{sign}(c) + \lambda \theta), \quad "
        r"m \leftarrow \beta_2 m + (1 - \beta_2) g",
        source="Chen et al. 2023, Symbolic discovery of optimization algorithms, algorithm 2",
        url="https://arxiv.org/abs/2302.06675",
    )
    slots: ClassVar[tuple[str, ...]] = ("m",)
    typical: ClassVar[float] = 0.001
    direction: ClassVar[str] = "m"
    by_distance: ClassVar[float] = 0.01
    beta1: float = knob(
        0.9,
        "β₁ (of the step)",
        "Share of the momentum in what is stepped along.",
        ge=0,
        le=0.999,
        step=0.01,
    )
    beta2: float = knob(
        0.99,
        "β₂ (averages gradients)",
        "Share of the momentum that is kept.",
        ge=0,
        le=0.9999,
        step=0.001,
    )
    weight_decay: float = weight_decay()
    one_beta: bool = knob(
        False,
        "Only one beta",
        "A common mistake: step along the sign of the kept momentum itself, with β₁ for both.",
        more=True,
    )

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        β1, β2, λ = self.chosen(knobs, "beta1", "beta2", "weight_decay")
        (m,) = state
        direction = (β1 * m + (1 - β1) * g).sign()
        if self.one_beta:
            β2 = β1  # then the new momentum is what was stepped along
        m = β2 * m + (1 - β2) * g
        return θ - η * (direction + λ * θ), (m,)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return Wrapped(parameters, learning_rate, self.update, self.init, self.slots)
