"""Which level does a number between 0 and 1 pick from a distribution?"""

import math

import torch
from torch import Tensor

from engine.words import said

ROUNDING = 16  # of a sum of probabilities, in units of the last digit of one


def probabilities(
    logits: Tensor, *, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0
) -> Tensor:
    """(..., K) logits to probabilities that sum to one.

    Args:
        temperature: logits are divided by it; below 1 the likely becomes likelier.
        top_k: only the k likeliest levels stay; 0 keeps all.
        top_p: only the likeliest levels that together hold this share stay (nucleus).

    Source of top_p: Holtzman et al. 2020, The curious case of neural text degeneration.
    """
    if not (math.isfinite(temperature) and temperature > 0):
        raise ValueError(
            said("Temperature must be above 0. Received: {temperature}.", temperature=temperature)
        )
    if top_k < 0 or not 0 < top_p <= 1:
        raise ValueError(
            said(
                "Top-k must be at least 0 and top-p above 0, at most 1. Received: {top_k}, "
                "{top_p}.",
                top_k=top_k,
                top_p=top_p,
            )
        )
    p = (logits / temperature).softmax(-1)  # (..., K)
    if top_k or top_p < 1:
        ordered, index = p.sort(dim=-1, descending=True, stable=True)
        held = ordered.double().cumsum(-1).roll(1, -1)  # by all that are likelier, together
        keep = held < top_p - ROUNDING * torch.finfo(p.dtype).eps
        keep[..., 0] = True  # nothing is likelier than the first
        if top_k:
            keep[..., top_k:] = False
        p = torch.zeros_like(p).scatter(-1, index, ordered * keep)
        p = p / p.sum(-1, keepdim=True)
    return p


def pick(p: Tensor, u: Tensor) -> Tensor:
    """The level k with p_0 + … + p_{k-1} <= u < p_0 + … + p_k: the inverse of the cumulative curve.

    Args:
        p: (..., K), sums to one.
        u: (...) uniform, 0 <= u < 1.

    Returns:
        (...) int64. For two levels this is 1 where u >= p_0, that is with probability p_1.
    """
    level = (p.cumsum(-1) <= u[..., None]).sum(-1)
    # Sums round: beyond the last level of any probability lies nothing.
    last = p.shape[-1] - 1 - (p.flip(-1) > 0).int().argmax(-1)
    return torch.minimum(level, last)
