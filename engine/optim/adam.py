"""Adam: momentum, divided by the recent size of the gradient, corrected for a cold start."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._moments import Moments, adam_step
from engine.optim._spec import OPTIMIZERS, Number, State, Updated
from engine.optim._wrap import Wrapped


@OPTIMIZERS.register
class Adam(Moments):
    """Without bias correction the two divisors 1 − βᵗ of the formula are 1."""

    about: ClassVar[About] = About(
        id="adam",
        label="Adam",
        summary="Momentum divided by the recent size of each gradient, without a cold start.",
        formula=r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow \theta - "
        r"\eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        source="Kingma and Ba 2014, Adam: a method for stochastic optimization",
        url="https://arxiv.org/abs/1412.6980",
    )
    bias_correction: bool = knob(
        True, "Bias correction", "Makes up for running means that start at zero.", more=True
    )

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        β1, β2, ε = self.chosen(knobs, "beta1", "beta2", "epsilon")
        return adam_step(θ, g, state, t, η, β1, β2, ε, self.bias_correction)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        if not self.bias_correction:
            # torch has no such class
            return Wrapped(parameters, learning_rate, self.update, self.init, self.slots)
        return torch.optim.Adam(parameters, **self.given(learning_rate), fused=True)
