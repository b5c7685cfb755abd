"""What does one method say of one picture, how long did it take, and does it add up?"""

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.explain.methods import Method
from engine.explain.residual import Residual, residual


class Explained(NamedTuple):
    """A map and what is known about it, or why there is none."""

    values: NDArray[np.float32] | None  # (H, W), channels summed
    residual: Residual | None  # None: the method promises no sum
    seconds: float  # of the map alone
    refused: str = ""  # a sentence: what the model lacks


def explain(
    method: Method, model: nn.Module, x: Tensor, target: Tensor, seed: int = 0
) -> Explained:
    """One method on one image. Leaves the model as it was.

    Args:
        method: with its knobs.
        model: from (1, C, H, W) to logits (1, K).
        x: (1, C, H, W).
        target: (1,) class.
        seed: of what the method draws.
    """
    begun = time.perf_counter()
    try:
        map = method.attribute(model, x, target, seed)
    except ValueError as error:
        return Explained(None, None, time.perf_counter() - begun, str(error))
    seconds = time.perf_counter() - begun
    found = residual(method, model, x, target, map, seed)
    return Explained(map[0].sum(0).float().numpy(), found, seconds)
