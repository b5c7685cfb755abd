"""How are the values of each layer distributed? Counts in bins, ready for a ridge or a violin."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BINS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of L layers."""

    counts: NDArray[np.float64]  # (L, bins)
    edges: NDArray[np.float64]  # (L, bins + 1) in the values' own unit, rising

    def density(self) -> NDArray[np.float64]:
        """(L, bins) share per unit, so that each layer's area is 1."""
        total = self.counts.sum(1, keepdims=True)
        return self.counts / np.maximum(total, 1) / np.diff(self.edges, axis=1)


def histogram(values: Tensor, bins: int = BINS, shared: bool = False) -> Histogram:
    """Equal bins from the smallest to the largest value.

    Args:
        values: (L, N), float64; what is not finite is left out.
        bins: of each layer.
        shared: the same bins for all layers, instead of each its own.
    """
    finite = values.isfinite()
    low = values.where(finite, torch.inf).amin(1, keepdim=True)  # (L, 1)
    high = values.where(finite, -torch.inf).amax(1, keepdim=True)
    if shared:
        low, high = low.amin().expand_as(low), high.amax().expand_as(high)
    empty = low > high
    low, high = low.masked_fill(empty, 0.0), high.masked_fill(empty, 0.0)
    # Values that are all the same stand in the middle of a narrow range.
    pad = torch.where(low == high, low.abs().clamp_min(1e-300) / 2, torch.zeros_like(low))
    low, high = low - pad, high + pad
    place = ((values - low) / (high - low) * bins).nan_to_num(0, 0, 0).long().clamp(0, bins - 1)
    row = torch.arange(len(values))[:, None] * bins
    counts = torch.bincount(
        (place + row).flatten(), weights=finite.double().flatten(), minlength=len(values) * bins
    )
    edges = low + (high - low) * torch.linspace(0, 1, bins + 1).double()
    return Histogram(counts.reshape(len(values), bins).numpy(), edges.numpy())
