"""Dropout whose mask comes from a given generator, so that a run can be repeated and continued."""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Zero each value with probability p in training and scale the rest by 1 / (1 - p).

    Source: Srivastava et al. 2014, Dropout; the inverted form, so that evaluation needs no scaling.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p
        self.generator: torch.Generator | None = None  # see `attach`

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = torch.rand(x.shape, generator=self.generator, device=x.device) >= self.p
        return x * kept / (1 - self.p)

    def extra_repr(self) -> str:
        return f"p={self.p}"


def attach(model: nn.Module, generator: torch.Generator) -> bool:
    """Let every dropout layer of the model draw from `generator`; False where it has none."""
    layers = [module for module in model.modules() if isinstance(module, Dropout) and module.p > 0]
    for layer in layers:
        layer.generator = generator
    return bool(layers)
