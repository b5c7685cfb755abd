"""NAdam: Adam that looks one step of momentum ahead."""

import math
from collections.abc import Iterable
from functools import cache
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State


@OPTIMIZERS.register
class NAdam(Optimizer):
    about: ClassVar[About] = About(
        id="nadam",
        label="NAdam",
        summary="Adam with Nesterov's look ahead, and a momentum that grows over the first steps.",
        formula=r"\mu_t = \beta_1\left(1 - \tfrac{1}{2}\, 0.96^{0.004 t}\right), \quad "
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow \theta - \frac{\eta}{\sqrt{v / (1 - \beta_2^t)} + \epsilon} "
        r"\left(\frac{(1 - \mu_t)\, g}{1 - \prod_{i \le t} \mu_i} "
        r"+ \frac{\mu_{t+1}\, m}{1 - \prod_{i \le t+1} \mu_i}\right)",
        source="Dozat 2016, Incorporating Nesterov momentum into Adam",
        url="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
    )
    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    typical: ClassVar[float] = 0.01
    direction: ClassVar[str] = "m"
    squares: ClassVar[str] = "v"
    by_distance: ClassVar[float] = 0.03
    beta1: float = knob(
        0.9, "Mean β₁", "Share of the old mean gradient that is kept.", ge=0, le=0.999, step=0.001
    )
    beta2: float = knob(
        0.999,
        "Square β₂",
        "Share of the old mean squared gradient that is kept.",
        ge=0,
        le=0.99999,
        step=0.0001,
    )
    epsilon: float = knob(
        1e-8, "Epsilon ε", "Keeps the division finite.", ge=1e-12, le=0.1, log=True, more=True
    )

    def update(
        self,
        parameter: Tensor,
        gradient: Tensor,
        state: State,
        step: int,
        learning_rate: Number,
        **knobs: Number,
    ) -> tuple[Tensor, State]:
        β1, β2, ε = self.chosen(knobs, "beta1", "beta2", "epsilon")
        m, v = state
        m = β1 * m + (1 - β1) * gradient
        v = β2 * v + (1 - β2) * gradient * gradient
        now, then = β1 * growth(step), β1 * growth(step + 1)  # μ_t, μ_{t+1}
        product = β1**step * growths(step)
        ahead = (1 - now) / (1 - product) * gradient + then / (1 - product * then) * m
        return parameter - learning_rate * ahead / ((v / (1 - β2**step)).sqrt() + ε), (m, v)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.NAdam(
            parameters,
            lr=learning_rate,
            betas=(self.beta1, self.beta2),
            eps=self.epsilon,
            foreach=True,
        )


def growth(step: int) -> float:
    """μ_t / β₁: from a half upwards. 0.96 and 0.004 are the paper's, and torch's."""
    return 1 - 0.5 * 0.96 ** (0.004 * step)


@cache
def _product(steps: int) -> float:
    return math.prod(growth(i) for i in range(1, steps + 1))


def growths(step: int) -> float:
    """The product of `growth` up to a step; after 100 it is below 1e-25, which adds nothing."""
    return _product(min(step, 100))
