"""How does an uploaded picture take the size and the channels of a network?"""

from typing import TypeAlias

import torch
from PIL import Image
from torch import Tensor

from engine.pictures import read, tensor

Picture: TypeAlias = Tensor  # (C, H, W) float32 in 0..1

MOST_SIDE = 1024  # pixels that are kept


def read_picture(data: bytes, most: int = MOST_SIDE) -> Tensor:
    """A picture as it is meant to be seen; a larger one is made smaller.

    Args:
        data: of a file; at most 10 MiB.
        most: pixels of the longer side of the result, at most.

    Returns:
        (3, H, W) float32 in 0..1.

    Raises:
        PictureError: no picture, a damaged one, or too large a one.
    """
    seen = read(data, most)
    seen.thumbnail((most, most), Image.Resampling.LANCZOS)
    return tensor(seen).float() / 255


def fit(picture: Tensor, shape: tuple[int, int, int], around: Tensor | None = None) -> Tensor:
    """A picture in the size and the channels of a network, its sides in the proportion they had.

    Args:
        picture: (3, H, W) in 0..1, of any size.
        shape: (C, h, w), C of 1 (luminance) or 3.
        around: (C, 1, 1) colour in 0..1 of what the whole picture leaves free; None: the largest
            centred part of the network's proportion, which leaves nothing free.

    Returns:
        (C, h, w) in 0..1.
    """
    channels, *room = shape
    if channels == 1:
        weights = torch.tensor([0.299, 0.587, 0.114])  # ITU-R BT.601
        picture = (weights[:, None, None] * picture).sum(0, keepdim=True)
    sides = picture.shape[1:]
    scales = [there / side for there, side in zip(room, sides, strict=True)]
    scale = max(scales) if around is None else min(scales)
    part = [min(side, round(there / scale)) for there, side in zip(room, sides, strict=True)]
    top, left = ((side - kept) // 2 for side, kept in zip(sides, part, strict=True))
    size = [max(1, min(there, round(kept * scale))) for there, kept in zip(room, part, strict=True)]
    seen = torch.nn.functional.interpolate(
        picture[None, :, top : top + part[0], left : left + part[1]],
        size if around is not None else room,
        mode="bilinear",
        antialias=True,
    )[0].clamp(0, 1)
    if around is None:
        return seen
    whole = around.expand(shape).clone()
    top, left = ((there - taken) // 2 for there, taken in zip(room, size, strict=True))
    whole[:, top : top + size[0], left : left + size[1]] = seen
    return whole


def of_grey(values: bytes, shape: tuple[int, int, int]) -> Picture:
    """A drawing: one byte a pixel, row by row, the same in every channel.

    Args:
        values: height × width bytes.
        shape: (C, H, W) of the network.
    """
    grey = torch.frombuffer(bytearray(values), dtype=torch.uint8).float() / 255
    return grey.view(1, *shape[1:]).expand(shape[0], -1, -1).clone()
