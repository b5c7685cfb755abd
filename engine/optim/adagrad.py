"""AdaGrad: each weight slows down by all the gradients that it has seen."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.config import About, knob
from engine.optim._spec import OPTIMIZERS, Number, Optimizer, State, Updated


@OPTIMIZERS.register
class AdaGrad(Optimizer):
    about: ClassVar[About] = About(
        id="adagrad",
        label="AdaGrad",
        summary="Each weight has its own step, which shrinks with all gradients that it has seen.",
        formula=r"s \leftarrow s + g^2, \quad "
        r"\theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}",
        source="Duchi, Hazan and Singer 2011, Adaptive subgradient methods for online "
        "learning and stochastic optimization",
        url="https://jmlr.org/papers/v12/duchi11a.html",
    )
    slots: ClassVar[tuple[str, ...]] = ("s",)
    typical: ClassVar[float] = 0.1
    squares: ClassVar[str] = "s"
    by_distance: ClassVar[float] = 0.2
    epsilon: float = knob(
        1e-10, "Epsilon ε", "Keeps the division finite.", ge=1e-12, le=0.1, log=True, more=True
    )

    def update(
        self, θ: Tensor, g: Tensor, state: State, t: int, η: Number, **knobs: Number
    ) -> Updated:
        (ε,) = self.chosen(knobs, "epsilon")
        (s,) = state
        s = s + g * g
        return θ - η * g / (s.sqrt() + ε), (s,)

    def build(
        self, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> torch.optim.Optimizer:
        return torch.optim.Adagrad(parameters, lr=learning_rate, eps=self.epsilon, fused=True)
