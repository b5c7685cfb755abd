"""Which layers of a network can be asked what they see? Those with feature maps."""

from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import nn

from engine.explain.networks.feature_maps import feature_layers

if TYPE_CHECKING:
    from engine.networks.classifiers import Classifier

IDLE = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.Identity, nn.Dropout2d)


@lru_cache(maxsize=8)
def layers_of(network: "Classifier") -> dict[str, tuple[int, int, int]]:
    """Layers with feature maps that are worth choosing, name to (C, h, w); an MLP has none."""
    found = feature_layers(network.model, torch.zeros(1, *network.shape))
    modules = dict(network.model.named_modules())
    return {name: size for name, size in found.items() if not isinstance(modules[name], IDLE)}
