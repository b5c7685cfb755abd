"""How is a hidden layer that grows value by value learned without keeping it for every value?

All N hidden layers of NADE at once are N · H numbers a picture, and a pass back through them moves
several times as many through memory. Here they are made chunk by chunk and made again on the way
back, so that a chunk stays in the cache of a processor core.
"""

from typing import Any

import torch
from torch import Tensor

CHUNK = 14  # values


class RunningHidden(torch.autograd.Function):
    """θ_i = V_i σ(a_i),  a_i = c + sum_{j<i} x_j W_j: (B, N), (B, H), (N - 1, H), (N, P, H) to
    (N, B, P).

    Backwards, with s_i = sum_{m>=i} σ'(a_m) ⊙ V_m^T g_m: dL/dW_j = sum_b x_j s_{j+1},
    dL/dx_j = W_j · s_{j+1} and dL/dc = s_0.

    Source: Larochelle and Murray 2011, The neural autoregressive distribution estimator,
    algorithm 1.
    """

    @staticmethod
    def forward(ctx: Any, values: Tensor, start: Tensor, inward: Tensor, outward: Tensor) -> Tensor:
        size, before, found = values.shape[1], start, []
        starts = []
        for first in range(0, size, CHUNK):
            last = min(size, first + CHUNK)
            starts.append(before)
            hidden, before = _hidden(values, inward, before, first, last)
            weight = outward[first:last].transpose(1, 2)  # (n, H, P)
            found.append(torch.matmul(hidden.transpose(0, 1), weight))
        ctx.save_for_backward(values, inward, outward, *starts)
        return torch.cat(found)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (given,) = gradients  # (N, B, P)
        values, inward, outward, *starts = ctx.saved_tensors
        size, later = values.shape[1], torch.zeros_like(starts[0])
        to_inward, to_outward = torch.empty_like(inward), torch.empty_like(outward)
        to_values = torch.zeros_like(values) if ctx.needs_input_grad[0] else None
        for number in reversed(range(len(starts))):
            first, last = number * CHUNK, min(size, (number + 1) * CHUNK)
            hidden, _ = _hidden(values, inward, starts[number], first, last)  # (B, n, H)
            here = given[first:last]  # (n, B, P)
            to_outward[first:last] = torch.matmul(here.transpose(1, 2), hidden.transpose(0, 1))
            slope = torch.matmul(here, outward[first:last]).transpose(0, 1) * hidden * (1 - hidden)
            slope[:, -1] += later
            sums = slope.flip(1).cumsum(1).flip(1)  # (B, n, H): s_first … s_(last - 1)
            later = sums[:, 0]
            skipped = max(first, 1)  # s_0 is of no weight
            of = sums[:, skipped - first :]
            rows = slice(skipped - 1, last - 1)
            to_inward[rows] = torch.einsum("bnh,bn->nh", of, values[:, rows])
            if to_values is not None:
                to_values[:, rows] = torch.einsum("bnh,nh->bn", of, inward[rows])
        return to_values, later, to_inward, to_outward


def _hidden(
    values: Tensor, inward: Tensor, before: Tensor, first: int, last: int
) -> tuple[Tensor, Tensor]:
    """σ(a_i) of the values first … last - 1, (B, n, H), and the sum before the next one."""
    end = min(last, len(inward))
    steps = values[:, first:end, None] * inward[first:end]
    sums = torch.cat([before[:, None], steps], dim=1).cumsum(dim=1)
    return torch.sigmoid(sums[:, : last - first]), sums[:, -1]
