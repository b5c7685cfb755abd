"""How did Grad-CAM get its map? The weight of every feature map, and what they add up to."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.explain.networks.feature_maps import maps_and_gradients
from engine.explain.networks.private import private


class Weighed(NamedTuple):
    """Of one image: L = ReLU(Σ_k α_k A^k)."""

    alpha: NDArray[np.float32]  # (K,) α_k, logits per unit of activation
    maps: NDArray[np.float32]  # (K, h, w) A^k
    total: NDArray[np.float32]  # (h, w) Σ_k α_k A^k, before ReLU


def weighed(model: nn.Module, x: Tensor, target: Tensor, layer: str) -> Weighed:
    """Grad-CAM's parts at a layer. Leaves the model as it was.

    Args:
        model: from (1, C, H, W) to logits (1, K).
        x: (1, C, H, W).
        target: (1,) class.
        layer: dotted name, as `choose_layer` gives it.

    Source: Selvaraju et al. 2017, Grad-CAM, equations 1 and 2.
    """
    a, gradient = maps_and_gradients(private(model), x, target, layer)
    alpha = gradient[0].mean((1, 2))  # (K,)
    total = (alpha[:, None, None] * a[0]).sum(0)
    return Weighed(alpha.numpy(), a[0].numpy(), total.numpy())
