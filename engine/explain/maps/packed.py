"""How are maps kept small? In half precision, each in units of its own largest value."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.runs.files import Arrays


def pack(maps: Tensor, name: str) -> Arrays:
    """`map/<name>` (N, H, W) float16 in -1..1, and `reach/<name>` (N,) float32 to multiply by."""
    reach = maps.abs().amax((1, 2)).float()
    share = maps.float() / torch.where(reach > 0, reach, torch.ones_like(reach))[:, None, None]
    return {f"map/{name}": share.numpy().astype(np.float16), f"reach/{name}": reach.numpy()}


def unpack(arrays: Arrays, name: str, which: int) -> NDArray[np.float32]:
    """(H, W) one of the maps that `pack` wrote."""
    share = arrays[f"map/{name}"][which].astype(np.float32)
    found: NDArray[np.float32] = share * arrays[f"reach/{name}"][which]
    return found
