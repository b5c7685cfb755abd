"""How is a network looked into while other threads ask it too, and without leaving a trace?"""

import copy

from torch import nn


def private(model: nn.Module) -> nn.Module:
    """A copy in evaluation mode, without gradients of parameters, that writes nothing in place.

    Hooks and rules go onto the copy. On the model itself they would run in every thread that asks
    it at that moment: a page would find the answers to another person's picture among its own.
    """
    twin = copy.deepcopy(model).eval().requires_grad_(False)
    for module in twin.modules():
        if getattr(module, "inplace", False):
            module.inplace = False  # type: ignore[assignment]  # a rule needs input and output
    return twin
