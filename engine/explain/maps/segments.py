"""Into which patches is an image cut before whole patches are taken away?"""

from typing import Literal

import torch
from torch import Tensor

Kind = Literal["grid", "superpixels"]
ROUNDS = 10  # of k-means: SLIC's own number


def segments(x: Tensor, kind: Kind, across: int, compactness: float = 0.5) -> Tensor:
    """(B, H, W) int64: the number of each pixel's patch, from 0, without gaps.

    Superpixels are SLIC's: k-means over colour and place, from the centres of the grid, every
    centre looking at every pixel. Connectivity is not enforced, so a patch may have islands.

    Args:
        x: (B, C, H, W).
        kind: squares, or patches of one colour.
        across: patches along the longer side; each side has at least one pixel a patch.
        compactness: weight of place against colour, above 0; more gives squarer patches.

    Source: Achanta et al. 2012, SLIC superpixels compared to state-of-the-art methods, section 3.
    """
    _, _, height, width = x.shape
    step = max(1.0, max(height, width) / across)  # pixels from one centre to the next
    down, right = max(1, round(height / step)), max(1, round(width / step))
    row = torch.arange(height) * down // height  # (H,)
    column = torch.arange(width) * right // width  # (W,)
    grid = row[:, None] * right + column  # (H, W)
    if kind == "grid":
        return grid.to(x.device).expand(len(x), -1, -1)
    return torch.stack([_slic(image, grid.to(x.device), step, compactness) for image in x.detach()])


def _slic(image: Tensor, grid: Tensor, step: float, compactness: float) -> Tensor:
    """(H, W) patches of one image (C, H, W)."""
    height, width = grid.shape
    colour = image.flatten(1).T  # (P, C)
    colour = colour / colour.std().clamp(min=1e-6)
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    place = torch.stack([y, x], -1).reshape(-1, 2).to(image) / step  # (P, 2)
    points = torch.cat([colour, compactness**0.5 * 2 * place], 1)  # (P, C + 2)
    label = grid.flatten()
    for _ in range(ROUNDS):
        count = int(label.max()) + 1
        sums = points.new_zeros(count, points.shape[1]).index_add_(0, label, points)
        sizes = label.bincount(minlength=count)[:, None]
        label = torch.cdist(points, sums / sizes).argmin(1)
        label = label.unique(return_inverse=True)[1]  # patches that lost all pixels are gone
    return label.reshape(height, width)


def by_patch(values: Tensor, patches: Tensor) -> Tensor:
    """A map (H, W) whose sum over each patch is that patch's value.

    Args:
        values: (S,) one a patch.
        patches: (H, W) as `segments` gives them for one image.
    """
    sizes = patches.flatten().bincount(minlength=len(values)).to(values)
    return (values / sizes)[patches]
