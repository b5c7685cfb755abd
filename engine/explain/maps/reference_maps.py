"""What does a map reach that knows nothing of the network? A random one, and an edge detector."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.explain.maps.draws import draws

Explain = Callable[[nn.Module, Tensor, Tensor, int], Tensor]


def random_map(model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
    """(B, 1, H, W) uniform in 0..1; depends on the seed and on the picture."""
    sources = draws(x, seed, "random map")
    return torch.stack([torch.rand(1, *x.shape[2:], generator=own) for own in sources]).to(x)


def edges(model: nn.Module, x: Tensor, target: Tensor, seed: int = 0) -> Tensor:
    """(B, 1, H, W) length of the luminance's gradient, by Sobel's filters."""
    grey = x.mean(1, keepdim=True)  # (B, 1, H, W)
    across = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], device=x.device)
    filters = torch.stack([across, across.T])[:, None]  # (2, 1, 3, 3)
    slopes = F.conv2d(F.pad(grey, (1, 1, 1, 1), mode="replicate"), filters)
    return slopes.square().sum(1, keepdim=True).sqrt()


REFERENCE_MAPS: dict[str, Explain] = {"random": random_map, "edges": edges}
