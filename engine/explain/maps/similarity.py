"""How alike are two maps? Of their order (Spearman), and of their structure (SSIM)."""

import torch
from torch import Tensor
from torch.nn import functional as F


def ranks(values: Tensor) -> Tensor:
    """(B, P) ranks from 1, equal values sharing their mean rank."""
    ordered = values.sort(dim=1).values
    below = torch.searchsorted(ordered, values.contiguous(), side="left")
    up_to = torch.searchsorted(ordered, values.contiguous(), side="right")
    return (below + up_to + 1).double() / 2


def spearman(one: Tensor, other: Tensor) -> Tensor:
    """Spearman's rank correlation of each pair of maps; 0 where a map is constant.

    Args:
        one: (B, H, W).
        other: (B, H, W).

    Returns:
        (B,) in -1..1.
    """
    a, b = (ranks(m.flatten(1)) for m in (one, other))
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    size = (a.square().sum(1) * b.square().sum(1)).sqrt()
    return torch.where(size > 0, (a * b).sum(1) / size.clamp(min=1e-12), torch.zeros_like(size))


def ssim(one: Tensor, other: Tensor, sigma: float = 1.5) -> Tensor:
    """Structural similarity of each pair of maps.

    SSIM = (2 μ_a μ_b + C_1)(2 σ_ab + C_2) / ((μ_a² + μ_b² + C_1)(σ_a² + σ_b² + C_2)), with local
    means and variances under a Gaussian window, C_1 = 0.01² and C_2 = 0.03². The window has 11
    pixels a side, or the odd number of them that fits into a smaller map.

    Args:
        one: (B, H, W) in 0..1.
        other: (B, H, W), likewise.
        sigma: of the window, pixels.

    Returns:
        (B,) the mean over the places where the window fits, in -1..1.

    Source: Wang et al. 2004, Image quality assessment, equation 13.
    """
    reach = min(5, (min(one.shape[1:]) - 1) // 2)
    away = torch.arange(-reach, reach + 1, dtype=torch.float64)
    line = (-(away**2) / (2 * sigma**2)).exp()
    line = line / line.sum()
    window = (line[:, None] * line)[None, None]  # (1, 1, 2 reach + 1, 2 reach + 1)

    def local(maps: Tensor) -> Tensor:
        return F.conv2d(maps[:, None], window)[:, 0]  # (B, H - 2 reach, W - 2 reach)

    a, b = one.double(), other.double()
    ma, mb = local(a), local(b)
    va, vb, both = local(a * a) - ma**2, local(b * b) - mb**2, local(a * b) - ma * mb
    c1, c2 = 0.01**2, 0.03**2
    found = (2 * ma * mb + c1) * (2 * both + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))
    return found.flatten(1).mean(1)


def strength(maps: Tensor) -> Tensor:
    """(B, C, H, W) attributions to (B, H, W) in 0..1: how much a pixel matters, either way.

    Channels are summed, then the absolute value is taken and divided by its largest.
    """
    flat = maps.sum(1).abs()
    return flat / flat.amax((1, 2), keepdim=True).clamp(min=1e-12)
