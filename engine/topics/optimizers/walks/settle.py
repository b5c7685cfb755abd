"""Where do many starts end under one rule, and after how many steps?"""

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.optim import Number, Optimizer
from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.march import BOUND, advance, begin, keep

NOWHERE, DIVERGED = -1, -2
CHUNK = 8192  # points advanced together: their few vectors stay in a core's cache
BLOCK = 25  # steps between two looks at who has arrived

Settled = tuple[NDArray[np.int16], NDArray[np.int32]]


@torch.inference_mode()
def settle(
    surface: Surface,
    rule: Optimizer,
    starts: Tensor,
    learning_rate: Number,
    *,
    steps: int,
    tolerance: float,
    noise: Tensor | None = None,
    knobs: Mapping[str, Number] | None = None,
) -> Settled:
    """Advance all starts until they have settled.

    A walk has reached a minimum from the first step on since when it stays within the tolerance
    of it, to its last step. It ends, and costs nothing more, after a block of 25 steps that were
    all within, or once it is not finite or beyond the bound.

    Args:
        surface: where to walk.
        rule: the optimizer.
        starts: (2, R), of the type to compute in.
        learning_rate: a number, or (R,).
        steps: most updates.
        tolerance: distance to a minimum that counts as reached.
        noise: (T, 2) added to the gradients of all, or None.
        knobs: numbers that replace the rule's own, or (R,) one for each start.

    Returns:
        (R,) number of the minimum, -1 for none, -2 for a walk that diverged; and (R,) the step
        at which it did, or `steps`.
    """
    minima = starts.new_tensor(surface.minima).T.contiguous()  # (2, M)
    if noise is not None:
        noise = noise.to(starts.dtype)
    x, knobs = starts, dict(knobs or {})
    runs = x.shape[1]
    device = x.device
    minimum = torch.full((runs,), NOWHERE, dtype=torch.int16, device=device)
    taken = torch.full((runs,), steps, dtype=torch.int32, device=device)
    alive = torch.arange(runs, device=device)
    home = surface.nearest(*x.unbind())[0]
    since = torch.zeros(runs, dtype=torch.int64, device=device)
    # Before the first step a walk has stayed where it is, if that is within the tolerance.
    within = (x - minima[:, home]).square().sum(0) <= tolerance**2
    home = home.where(within, NOWHERE)
    state = begin(rule, x)
    for first in range(0, steps, BLOCK):
        block = x.new_empty(min(BLOCK, steps - first), *x.shape)  # (B, 2, R)
        for i in range(len(block)):
            gradient = torch.stack(surface.partials(*x.unbind()))
            if noise is not None:
                gradient = gradient + noise[first + i, :, None]
            x, state = advance(rule, x, gradient, state, first + i + 1, learning_rate, knobs)
            block[i] = x
        index, _ = surface.nearest(*x.unbind())
        outside = (block - minima[:, index]).square_().sum(1) > tolerance**2  # (B, R)
        number = torch.arange(1, len(block) + 1, dtype=torch.int32, device=device)[:, None]
        last = (outside * number).amax(0)  # step of the block, from 1, last outside; 0: none
        lost = ~(x.abs() <= BOUND).all(0)  # NaN compares false
        stayed = (last == 0) & (index == home)
        since = since.where(stayed, first + 1 + last)
        home = index.where((last < len(block)) & ~lost, NOWHERE)
        arrived = (last == 0) & ~lost
        if len(block) < BLOCK or first + BLOCK >= steps:
            arrived = home >= 0
        gone = arrived | lost
        if not gone.any():
            continue
        minimum[alive[arrived]] = home[arrived].short()
        taken[alive[arrived]] = since[arrived].int()
        if lost.any():
            minimum[alive[lost]] = DIVERGED
            inside = (block[:, :, lost].abs() <= BOUND).all(1)  # (B, lost)
            taken[alive[lost]] = (first + 1 + inside.int().argmin(0)).int()
        stay = (~gone).nonzero()[:, 0]
        if not len(stay):
            break
        alive, home, since = alive[stay], home[stay], since[stay]
        x, state = x.index_select(1, stay), keep(rule, state, stay)
        learning_rate = _pick(learning_rate, stay)
        knobs = {name: _pick(value, stay) for name, value in knobs.items()}
    return minimum.cpu().numpy(), taken.cpu().numpy()


def _pick(value: Number, rows: Tensor) -> Number:
    return value[rows] if isinstance(value, Tensor) and value.ndim else value


def chunks(count: int) -> Iterator[slice]:
    """Slices of at most `CHUNK` points, of nearly equal length."""
    parts = -(-count // CHUNK)
    ends = [count * part // parts for part in range(parts + 1)]
    return (slice(a, b) for a, b in itertools.pairwise(ends))
