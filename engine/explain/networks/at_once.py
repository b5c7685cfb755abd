"""How many pictures pass a network together? As many as are fastest, which is not all of them.

On a CPU a batch is fastest while its feature maps stay in a core's cache: the shipped network for
64x64 pictures takes 0.57 ms for one alone, 0.22 ms each in a batch of 16, 0.26 ms in one of 64 and
0.38 ms in one of 200. A GPU is busy only with many.
"""

import torch
from torch import Tensor

VALUES = 2**18  # of all pictures that a core takes together: 21 pictures of 64x64 in colour
VALUES_GPU = 2**22


def at_once(x: Tensor, copies: int = 1) -> int:
    """How many rows of a batch to take together, at least one.

    Args:
        x: (B, C, H, W), or one picture (C, H, W).
        copies: pictures that pass the network for each row.
    """
    picture = x.shape[-3:].numel()
    most = VALUES * torch.get_num_threads() if x.device.type == "cpu" else VALUES_GPU
    return max(1, most // max(1, copies * picture))
