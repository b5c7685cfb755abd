"""How does a pure rule become an optimizer of torch, where torch has no class for it?"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from engine.optim._spec import Optimizer


class Wrapped(torch.optim.Optimizer):
    """A pure rule that changes parameters in place; state and groups as torch keeps them."""

    def __init__(
        self, rule: Optimizer, parameters: Iterable[nn.Parameter], learning_rate: float
    ) -> None:
        self.rule = rule
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
                    self._advance(parameter, group["lr"])
        return loss

    def _advance(self, parameter: nn.Parameter, learning_rate: float) -> None:
        one, gradient = parameter[None], parameter.grad[None]  # type: ignore[index] # (1, ...)
        state = self.state[parameter]
        if not state:
            state["step"] = torch.tensor(0.0)
            state |= dict(zip(self.rule.slots, self.rule.init(one), strict=True))
        state["step"] += 1
        slots = tuple(state[name] for name in self.rule.slots)
        new, slots = self.rule.update(
            one, gradient, slots, int(state["step"].item()), learning_rate
        )
        parameter.copy_(new[0])
        state |= dict(zip(self.rule.slots, slots, strict=True))
