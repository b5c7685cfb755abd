"""In which unit does a network compute? In a standard one; its last layers turn it into the
answer's, which may be a thousand million times as large, or as small."""

import copy
from collections.abc import Iterator

import torch
from torch import nn


def links(module: nn.Module) -> Iterator[nn.Module]:
    """The layers of a chain, one after the other."""
    for child in module.children() if isinstance(module, nn.Sequential) else [module]:
        yield from links(child) if isinstance(child, nn.Sequential) else [child]


def without_unit(network: nn.Module) -> tuple[nn.Module, float, float]:
    """A copy in standard units, and what turns its answer into the network's: factor and shift.

    Layers at the end of a chain that only multiply and add a number do neither in the copy, so
    that single precision suffices for the rest.
    """
    network, factor, shift = copy.deepcopy(network), 1.0, 0.0
    _, *rest = links(network)
    for layer in reversed(rest):
        if not isinstance(layer, nn.Linear) or layer.weight.numel() > 1:
            break
        if layer.bias is not None:
            shift += factor * float(layer.bias)
        factor *= float(layer.weight)
        with torch.no_grad():
            nn.init.ones_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network, factor, shift
