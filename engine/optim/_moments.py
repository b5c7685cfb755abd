"""Which step do Adam, its two kinds of weight decay and Muon's vectors share?"""

from torch import Tensor

from engine.optim._spec import Number, State


def adam_step(
    parameter: Tensor,
    gradient: Tensor,
    state: State,
    step: int,
    learning_rate: Number,
    beta1: Number,
    beta2: Number,
    epsilon: Number,
    bias_correction: bool = True,
) -> tuple[Tensor, State]:
    """θ ← θ − η m̂ / (√v̂ + ε) with running means m of g and v of g², and the new (m, v).

    Without bias correction m and v are used as they are: too small at first, because they start
    at zero.

    Source: Kingma and Ba 2014, Adam, algorithm 1.
    """
    m, v = state
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient * gradient
    if bias_correction:
        direction = (m / (1 - beta1**step)) / ((v / (1 - beta2**step)).sqrt() + epsilon)
    else:
        direction = m / (v.sqrt() + epsilon)
    return parameter - learning_rate * direction, (m, v)
