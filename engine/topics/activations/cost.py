"""How long does an activation function take on this machine, beside ReLU?"""

import statistics
import threading
import time
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from engine.device import generator, pick_device
from engine.nn.activations import ACTIVATIONS

VALUES, REPEATS = 2**17, 11  # numbers in one call; calls of which the median is told
_ALONE = threading.Lock()  # two measurements at a time would measure each other


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one forward and one backward call on `VALUES` numbers."""

    relative: float  # median over the repeats of (its time / ReLU's time in the same repeat)
    microseconds: float  # median


def costs(device: torch.device | None = None) -> dict[str, Cost]:
    """Every function by id, measured once in the life of the process.

    The functions take turns, so that whatever else the machine does slows all of them alike.
    """
    with _ALONE:
        return _measure(str(device or pick_device()))


@cache
def _measure(device: str) -> dict[str, Cost]:
    x = torch.randn(VALUES, generator=generator(0, "cost")).to(device)
    modules = {id: member().build().to(device) for id, member in ACTIVATIONS.items()}
    for module in modules.values():
        _seconds(module, x)  # the first call also allocates
    taken: dict[str, list[float]] = {id: [] for id in modules}
    for _ in range(REPEATS):
        for id, module in modules.items():
            taken[id].append(_seconds(module, x))
    relu = taken["relu"]
    return {
        id: Cost(
            relative=statistics.median(a / b for a, b in zip(mine, relu, strict=True)),
            microseconds=1e6 * statistics.median(mine),
        )
        for id, mine in taken.items()
    }


def _seconds(module: nn.Module, x: Tensor) -> float:
    """One forward and one backward call."""
    x = x.clone().requires_grad_()
    upstream = torch.ones_like(x)
    _wait(x)
    begun = time.perf_counter()
    torch.autograd.grad(module(x), x, upstream)
    _wait(x)
    return time.perf_counter() - begun


def _wait(x: Tensor) -> None:
    """A GPU's calls return before they are done."""
    if x.is_cuda:
        torch.cuda.synchronize(x.device)
