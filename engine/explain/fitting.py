"""How does a picture get the size and the channels of a network?"""

import torch
from torch import Tensor


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
