"""What do the members of Adam's family share? Two running means, and the step along them."""

from typing import Any, ClassVar

from torch import Tensor

from engine.config import knob
from engine.optim._spec import Number, Optimizer, State, Updated


class Moments(Optimizer):
    """A rule with a mean of gradients and one of their squares."""

    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    typical: ClassVar[float] = 0.01
    direction: ClassVar[str] = "m"
    squares: ClassVar[str] = "v"
    by_distance: ClassVar[float] = 0.03
    beta1: float = knob(
        0.9,
        "β₁ (averages gradients)",
        "Share of the old mean gradient that is kept.",
        ge=0,
        le=0.999,
        step=0.001,
    )
    beta2: float = knob(
        0.999,
        "β₂ (averages squares)",
        "Share of the old mean squared gradient that is kept.",
        ge=0,
        le=0.99999,
        step=0.0001,
    )
    epsilon: float = knob(
        1e-8, "Epsilon ε", "Keeps the division finite.", ge=1e-12, le=0.1, log=True, more=True
    )

    def given(self, learning_rate: float) -> dict[str, Any]:
        """What torch's classes of the family are given."""
        betas = (self.beta1, self.beta2)
        return {"lr": learning_rate, "betas": betas, "eps": self.epsilon}


def adam_step(
    θ: Tensor,
    g: Tensor,
    state: State,
    t: int,
    η: Number,
    β1: Number,
    β2: Number,
    ε: Number,
    bias_correction: bool = True,
) -> Updated:
    """θ ← θ − η m̂ / (√v̂ + ε) with running means m of g and v of g², and the new (m, v).

    Without bias correction m and v are used as they are: too small at first, because they start
    at zero.

    Source: Kingma and Ba 2014, Adam, algorithm 1.
    """
    m, v = state
    m = β1 * m + (1 - β1) * g
    v = β2 * v + (1 - β2) * g * g
    if bias_correction:
        direction = (m / (1 - β1**t)) / ((v / (1 - β2**t)).sqrt() + ε)
    else:
        direction = m / (v.sqrt() + ε)
    return θ - η * direction, (m, v)
