"""What does a network know before it has learned? A copy with chosen layers drawn again."""

import copy

from torch import nn

from engine.device import number_for
from engine.nn.layers import Layers


def layers_with_weights(model: nn.Module) -> list[str]:
    """Names of the modules that hold weights of their own, in the order they were built in."""
    return [
        name
        for name, module in model.named_modules()
        if next(module.parameters(recurse=False), None) is not None
    ]


def redrawn(
    model: nn.Module, names: list[str], seed: int, layers: Layers | None = None
) -> nn.Module:
    """A copy of the model, in evaluation mode, whose named layers are as before training.

    Weights are drawn by the initialiser of `layers` from the seed and the layer's name, biases are
    zero, and normalisations forget what they have seen.

    Args:
        model: left as it is.
        names: of modules; unknown ones raise a KeyError.
        seed: of the draw.
        layers: how the model's weights were drawn; the default where it is not known.
    """
    fresh = copy.deepcopy(model).eval()
    modules = dict(fresh.named_modules())
    layers = layers or Layers()
    chosen = nn.ModuleDict({name.replace(".", "/"): modules[name] for name in names})
    # not the seed itself: a trained layer is still like the weights that it was drawn with
    layers.reset(chosen, number_for(seed, "untrained"))
    for module in chosen.values():
        if isinstance(module, nn.modules.batchnorm._BatchNorm | nn.GroupNorm | nn.LayerNorm):
            module.reset_parameters()
    return fresh
