"""How does a picture that somebody brings or draws become the levels that a density takes?"""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from engine.autoregressive.density import quantise
from engine.pictures import read


def of_board(values: NDArray[np.int_], channels: int) -> Tensor:
    """(1, C, H, W) of a board (H, W) of levels, the same in every channel."""
    return torch.from_numpy(values)[None, None].expand(1, channels, -1, -1).clone()


def levels_of(data: bytes, shape: tuple[int, int, int], levels: int) -> Tensor:
    """(1, C, H, W) levels of an image file, made grey, scaled and, if mostly bright, inverted.

    Raises:
        PictureError: it is no image that can be read, or too large.
    """
    channels, height, width = shape
    whole = read(data, max(height, width)).convert("L" if channels == 1 else "RGB")
    small = whole.resize((width, height), Image.Resampling.LANCZOS)
    array = np.atleast_3d(np.asarray(small)).transpose(2, 0, 1)  # (C, H, W)
    x = torch.from_numpy(array.copy())[None]
    if channels == 1 and x.float().mean() > 127:  # dark on light paper
        x = 255 - x
    return quantise(x, levels)
