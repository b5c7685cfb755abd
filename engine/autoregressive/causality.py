"""Does any output depend on a value that is not generated yet? Of masks, and of a real network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.autoregressive.masks import Mask, Masks
from engine.autoregressive.orders import ranks as ranks_of
from engine.autoregressive.propagation import pack, propagate, unpack
from engine.nn.taps import evaluating

Place = tuple[int, int, int]  # channel, row, column


@dataclass(frozen=True, slots=True)
class Pair:
    """An output and an input that it must not see, and does."""

    target: Place
    source: Place

    @property
    def sentence(self) -> str:
        if self.target == self.source:
            return f"Pixel {_name(self.target)} sees itself."
        return f"Pixel {_name(self.target)} sees {_name(self.source)}, which comes after it."


def _name(place: Place) -> str:
    channel, row, column = place
    return f"({row}, {column})" + (f" of channel {channel}" if channel else "")


@dataclass(frozen=True, slots=True, eq=False)
class Causality:
    """Which outputs see what they must not."""

    leaks: Mask  # (C, H, W, C, H, W) bool: [target, source]
    pairs: int  # how many
    example: Pair | None  # of the target nearest to the middle of the image

    @property
    def holds(self) -> bool:
        return self.pairs == 0

    def offsets(self) -> list[tuple[int, int]]:
        """(rows down, columns right) from target to source of all leaks, each once, sorted."""
        leaks = self.leaks.any(axis=(0, 3))  # (H, W, H, W)
        height, width = leaks.shape[:2]
        seen = np.zeros((2 * height - 1, 2 * width - 1), dtype=bool)
        for row in range(height):
            down = slice(height - 1 - row, 2 * height - 1 - row)
            for column in range(width):
                seen[down, width - 1 - column : 2 * width - 1 - column] |= leaks[row, column]
        return [(int(r) - height + 1, int(c) - width + 1) for r, c in np.argwhere(seen)]


def verdict(leaks: Mask) -> Causality:
    """From (C, H, W, C, H, W) bool: [target, source], only what is forbidden."""
    shape = leaks.shape[:3]
    flat = leaks.reshape(int(np.prod(shape)), -1)
    guilty = flat.any(axis=1)  # (N,)
    example = None
    if guilty.any():
        middle = np.indices(shape)[1:] - np.array([[[[shape[1] // 2]]], [[[shape[2] // 2]]]])
        distance = np.square(middle).sum(axis=0).ravel()  # (N,)
        target = int(np.where(guilty, distance, distance.max() + 1).argmin())
        source = int(flat[target].argmax())
        example = Pair(_place(target, shape), _place(source, shape))
    return Causality(leaks, int(np.count_nonzero(flat)), example)


def _place(index: int, shape: tuple[int, ...]) -> Place:
    channel, row, column = (int(i) for i in np.unravel_index(index, shape))
    return channel, row, column


def forbidden(ranks: NDArray[np.int64]) -> Mask:
    """(N, N) bool: [target, source], the source being the target or generated after it."""
    flat = ranks.ravel()
    return flat[None, :] >= flat[:, None]


def of_masks(
    masks: Masks,
    layers: int,
    height: int,
    width: int,
    dilation: int | Sequence[int] = 1,
    ranks: NDArray[np.int64] | None = None,
) -> Causality:
    """The exact answer for a network of these masks, whatever its weights.

    Args:
        ranks: (C, H, W) when each dimension is generated; None: row by row, channels in order.
    """
    ranks = ranks_of(masks.channels, height, width) if ranks is None else ranks
    field = propagate(masks, layers, height, width, dilation)[-1]
    bits = field.bits.reshape(ranks.size, -1) & pack(forbidden(ranks))
    leaks = unpack(bits, field.shape)
    return verdict(leaks.reshape(*field.shape, *field.shape))


@torch.no_grad()
def of_model(
    model: torch.nn.Module,
    x: Tensor,
    ranks: NDArray[np.int64],
    y: Tensor | None = None,
    *,
    batch: int = 32,
    tolerance: float = 0.0,
) -> Causality:
    """Poke a real network: change one input at a time and see which outputs move.

    Every picture of a batch is compared with the unchanged one at the same place of an equal batch,
    so that both are computed by the same instructions and no output may differ in a single bit.
    What moves is proof of a leak; what stays is none of its absence, as a unit may be silent for
    this picture: `of_masks` decides that.

    Leaves mode, parameters, `.grad` and hooks as they were.

    Args:
        model: a `Density`, whose `parameters_at(z, y)` gives (B, C, P, H, W) from a scaled picture.
        x: (C, H, W) int64 levels, the picture to change.
        ranks: (C, H, W) when each dimension is generated.
        y: () int64 class, for a conditional model.
        batch: pictures at a time.
        tolerance: largest change that counts as none; only for a GPU, whose convolutions may mix
            neighbours in their last bits.

    Raises:
        ValueError: the outputs are not finite, so that nothing can be said.
    """
    shape, size = tuple(x.shape), x.numel()
    device = next(model.parameters()).device
    levels: int = model.levels  # type: ignore[assignment]
    base = x.to(device).reshape(1, -1).expand(batch, -1)  # (B, N)
    labels = None if y is None else y.to(device).reshape(1).expand(batch)
    found = np.zeros((size, size), dtype=bool)  # [source, target]

    def outputs(levels_at: Tensor) -> Tensor:
        z = model.scale(levels_at.reshape(batch, *shape))  # type: ignore[operator]
        return model.parameters_at(z, labels)  # type: ignore[operator]

    with evaluating(model):
        before = outputs(base)  # (B, C, P, H, W)
        if not before.isfinite().all():
            raise ValueError("The network's outputs are not finite; poking it says nothing.")
        for start in range(0, size, batch):
            rows = torch.arange(start, min(start + batch, size), device=device)
            poked = base.clone()
            place = torch.arange(len(rows), device=device)
            poked[place, rows] = (poked[place, rows] + max(1, levels // 2)) % levels
            moved = ((outputs(poked) - before).abs() > tolerance).any(dim=2)  # (B, C, H, W)
            found[start : start + len(rows)] = moved[: len(rows)].flatten(1).cpu().numpy()
    leaks = found.T & forbidden(ranks)
    return verdict(leaks.reshape(*shape, *shape))
