"""What do the inner layers of a network answer to an input?"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def outputs_of(model: nn.Module, names: Iterable[str], x: Tensor) -> dict[str, Tensor]:
    """The outputs of the named modules on x, without gradients.

    Leaves mode, parameters, `.grad` and hooks as they were.
    """
    found: dict[str, Tensor] = {}
    modules = dict(model.named_modules())
    hooks = [
        modules[name].register_forward_hook(
            lambda module, args, out, name=name: found.__setitem__(name, out.detach())
        )
        for name in names
    ]
    try:
        with evaluating(model), torch.no_grad():
            model(x)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def activations_of(model: nn.Module) -> list[str]:
    """Names of the activation modules, in forward order."""
    return [name for name, _ in model.named_modules() if name.split(".")[-1].startswith("act")]


class evaluating:
    """Evaluation mode for a block, then the mode it had."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    def __enter__(self) -> nn.Module:
        self.was = self.model.training
        return self.model.eval()

    def __exit__(self, *error: object) -> None:
        self.model.train(self.was)
