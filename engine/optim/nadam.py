"""NAdam: Adam that looks one step of momentum ahead."""

import math
from collections.abc import Iterable
from functools import cache
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About
from engine.optim._moments import Moments
from engine.optim._spec import OPTIMIZERS, Number, State, Updated


@OPTIMIZERS.register
class NAdam(Moments):
    about: ClassVar[About] = About(
        id="nadam",
        label="NAdam",
        summary="Adam with Nesterov's look ahead, and a momentum that grows over thousands of "
        "steps.",
        formula=r"\mu_t = \beta_1\left(1 - \tfrac{1}{2}\, 0.96^{0.004 t}\right), \quad "
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow \theta - \frac{\eta}{\sqrt{v / (1 - \beta_2^t)} + \epsilon} "
        r"\left(\frac{(1 - \mu_t)\, g}{1 - \prod_{i \le t} \mu_i} "
        r"+ \frac{\mu_{t+1}\, m}{1 - \prod_{i \le t+1} \mu_i}\right)",
        source="Dozat 2016, Incorporating Nesterov momentum into Adam",
        url="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
    )

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        β1, β2, ε = self.chosen(knobs, "beta1", "beta2", "epsilon")
        m, v = state
        m = β1 * m + (1 - β1) * g
        v = β2 * v + (1 - β2) * g * g
        now, then = β1 * growth(t), β1 * growth(t + 1)  # μ_t, μ_{t+1}
        product = β1**t * growths(t)
        ahead = (1 - now) / (1 - product) * g + then / (1 - product * then) * m
        return θ - η * ahead / ((v / (1 - β2**t)).sqrt() + ε), (m, v)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.NAdam(parameters, **self.given(learning_rate), foreach=True)


def growth(step: int) -> float:
    """μ_t / β₁: from a half upwards. 0.96 and 0.004 are the paper's, and torch's."""
    return 1 - 0.5 * 0.96 ** (0.004 * step)


@cache
def _product(steps: int) -> float:
    return math.prod(growth(i) for i in range(1, steps + 1))


def growths(step: int) -> float:
    """The product of `growth` up to a step; after 100 it is below 1e-25, which adds nothing."""
    return _product(min(step, 100))
