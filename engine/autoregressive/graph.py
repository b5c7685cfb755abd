"""How is a pixel's work given to a GPU? As one CUDA graph, captured once and replayed.

A pixel takes some hundred small kernels; launching them one by one takes longer than they run. A
graph repeats the very same addresses, so that the place is a tensor here, and all that is read or
written at it goes by index.
"""

import warnings
from collections.abc import Callable
from threading import Lock
from typing import Any

import torch
from torch import Tensor

from engine.autoregressive.cache import Cache

_ONE_CAPTURE = Lock()  # of a process at a time; pages are computed by threads


def captured(work: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """Work on the current CUDA device as one launch that does it again at the same addresses.

    The work is done once by hand first, which sets up the libraries, so that doing it twice must
    leave the same. What cannot be captured is given back as it came, with a warning.

    Returns:
        Does the work; what it returns always lies in the same place.

    Source: https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs
    """
    here, side = torch.cuda.current_stream(), torch.cuda.Stream()
    side.wait_stream(here)
    with torch.cuda.stream(side):
        work()
    graph = torch.cuda.CUDAGraph()
    try:
        with (
            _ONE_CAPTURE,
            torch.cuda.stream(here),  # is the current one again, however a capture ends
            torch.cuda.graph(graph, stream=side, capture_error_mode="thread_local"),
        ):
            found = work()
    except RuntimeError as error:
        warnings.warn(f"A pixel's kernels are launched one by one: {error}", stacklevel=2)
        return work
    finally:
        here.wait_stream(side)

    def again() -> Tensor:
        graph.replay()
        return found

    return again


class Graphed(Cache):
    """A `Cache` whose place is on the device, and whose step is captured at the first pixel."""

    capture = staticmethod(captured)

    def __init__(self, net: Any, z: Tensor, y: Tensor | None) -> None:
        super().__init__(net, z.contiguous(), y)
        if self.z is not z:
            raise ValueError("The pictures must be contiguous: the caller fills them in.")
        self.at = torch.zeros(2, dtype=torch.int64, device=z.device)  # row, column
        self.pixels = self.z.flatten(2)  # (B, C, H W), a view
        self.cells = [torch.arange(cells, device=z.device) * step for cells, step, _ in self.spans]
        self.steady: list[Tensor] = []  # the contexts, at addresses that stay
        self.work: Callable[[], Tensor] | None = None

    def begin(self, row: int) -> None:
        super().begin(row)
        self.steady = self.steady or [torch.empty_like(context) for context in self.contexts]
        for place, context in zip(self.steady, self.contexts, strict=True):
            place.copy_(context)

    def pixel(self, row: int, column: int) -> Tensor:
        self.at[0].fill_(row)
        self.at[1].fill_(column)
        if self.work is None:
            self.work = self.capture(self.step)
        return self.work()

    @property
    def here(self) -> Tensor:
        """(1,) the pixel's number, row by row."""
        return self.at[:1] * self.z.shape[3] + self.at[1:]

    def look(self) -> Tensor:
        column = self.at[1:]
        before = self.pixels.index_select(2, (self.here - 1).clamp(min=0)) * (column > 0)
        place = (self.spans[0][2] + column - 1).clamp(min=0)
        self.own[0].index_copy_(1, place, before.transpose(1, 2))
        return self.pixels.index_select(2, self.here)[..., 0]

    def keep(self, number: int, h: Tensor) -> None:
        self.own[number].index_copy_(1, self.at[1:] + self.spans[number][2], h[:, None])
        if self.feeds(number):
            self.above[number].flatten(2).index_copy_(2, self.here, h[..., None])

    def context(self, number: int) -> Tensor:
        return self.steady[number].index_select(0, self.at[1:])[0]

    def seen(self, number: int) -> Tensor:
        return self.own[number].index_select(1, self.at[1:] + self.cells[number])
