"""How many of a map's k highest pixels lie in the mask, for every k?"""

import torch
from torch import Tensor


def inside_by_rank(values: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    """Pixels in falling order of their value.

    Args:
        values: (N, P).
        masks: (N, P) bool.

    Returns:
        (N, P) how many of the k highest are in the mask, k from 1; where pixels are equal, what
        drawing them in random order gives on average. (N, P) bool: whether a threshold can stop
        at k, because the next pixel is lower.
    """
    ordered, at = values.sort(dim=1, descending=True)
    hits = masks.gather(1, at).double().cumsum(1)  # (N, P)
    places = torch.arange(1, values.shape[1] + 1, dtype=torch.float64, device=values.device)
    # each run of equal values is a straight line from its beginning to its end
    falling = (-ordered).contiguous()
    first = torch.searchsorted(falling, falling, side="left")  # pixels that are higher
    last = torch.searchsorted(falling, falling, side="right")  # those, and the equal ones
    padded = torch.cat([torch.zeros_like(hits[:, :1]), hits], dim=1)  # (N, P + 1)
    low, high = padded.gather(1, first), padded.gather(1, last)
    share = (places - first) / (last - first)
    return low + share * (high - low), places == last
