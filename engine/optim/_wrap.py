"""How does a pure rule become an optimizer of torch, where torch has no class for it?"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn


class Wrapped(torch.optim.Optimizer):
    """A pure rule that changes parameters in place; state and groups as torch keeps them.

    Args:
        parameters: what it changes.
        learning_rate: of all of them.
        update: the rule, as `Optimizer.update`.
        init: its state before the first step, as `Optimizer.init`.
        slots: names of the state's tensors.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        learning_rate: float,
        update: Callable[..., tuple[Tensor, tuple[Tensor, ...]]],
        init: Callable[[Tensor], tuple[Tensor, ...]],
        slots: tuple[str, ...],
    ) -> None:
        self.update, self.init, self.slots = update, init, slots
        super().__init__(parameters, {"lr": learning_rate})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # type: ignore[override]
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self.advance(parameter, group["lr"])
        return loss

    def advance(self, parameter: nn.Parameter, learning_rate: float) -> None:
        one, gradient = parameter[None], parameter.grad[None]  # type: ignore[index] # (1, ...)
        state = self.state[parameter]
        if not state:
            state["step"] = torch.tensor(0.0)
            state |= dict(zip(self.slots, self.init(one), strict=True))
        state["step"] += 1
        slots = tuple(state[name] for name in self.slots)
        new, slots = self.update(one, gradient, slots, int(state["step"].item()), learning_rate)
        parameter.copy_(new[0])
        state |= dict(zip(self.slots, slots, strict=True))
