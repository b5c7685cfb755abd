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
from engine.words import said

Place = tuple[int, int, int]  # channel, row, column


@dataclass(frozen=True, slots=True)
class Pair:
    """An output and an input that it must not see, and does."""

    target: Place
    source: Place

    @property
    def sentence(self) -> str:
        if self.target == self.source:
            return said("Pixel {target} sees itself.", target=_name(self.target))
        return said(
            "Pixel {target} sees {source}, which comes after it.",
            target=_name(self.target),
            source=_name(self.source),
        )


def _name(place: Place) -> str:
    channel, row, column = place
    if not channel:
        return f"({row}, {column})"
    return said("({row}, {column}) of channel {channel}", row=row, column=column, channel=channel)


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
        leaks = np.logical_or.reduce(self.leaks, axis=(0, 3))  # (H, W, H, W)
        height, width = leaks.shape[:2]
        seen = np.zeros((2 * height - 1, 2 * width - 1), dtype=bool)
        for row in range(height):
            down = slice(height - 1 - row, 2 * height - 1 - row)
            for column in range(width):
                seen[down, width - 1 - column : 2 * width - 1 - column] |= leaks[row, column]
        return [(int(r) - height + 1, int(c) - width + 1) for r, c in np.argwhere(seen)]


def found_in(leaks: Mask) -> Causality:
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
    return found_in(leaks.reshape(*field.shape, *field.shape))


@torch.no_grad()
def of_model(
    model: torch.nn.Module,
    x: Tensor,
    ranks: NDArray[np.int64],
    y: Tensor | None = None,
    *,
    batch: int = 8,
    tolerance: float = 0.0,
) -> Causality:
    """Poke a real network: change one input at a time and see which outputs move.

    Every picture of a batch is compared with the unchanged one at the same place of an equal batch,
    so that both are computed by the same instructions and no output may differ in a single bit.
    What moves is proof of a leak; what stays is none of its absence, as a unit may be silent for
    this picture: `of_masks` decides that.

    Values so far apart that no kernel, masked or not, reaches from one to the other's outputs are
    changed together: |rows| <= R and |columns| <= S around a poke, `model.reach`, so a lattice of
    2R + 1 by 2S + 1. An output that moves elsewhere is an error.

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
    channels, height, width = shape
    device = next(model.parameters()).device
    levels: int = model.levels  # type: ignore[assignment]
    reach = model.reach or (height, width)
    rows, columns = (min(half, side) for half, side in zip(reach, shape[1:], strict=True))  # type: ignore[arg-type]
    down, across = 2 * rows + 1, 2 * columns + 1  # between values changed together
    groups = [
        (channel, a, b)
        for channel in range(channels)
        for a in range(min(down, height))
        for b in range(min(across, width))
    ]
    labels = None if y is None else y.to(device).reshape(1).expand(batch)
    base = x.to(device).expand(batch, -1, -1, -1)  # (B, C, H, W)
    found = np.zeros((size, size), dtype=bool)  # [target, source]

    def outputs(values: Tensor) -> Tensor:
        return model.parameters_at(model.scale(values), labels)  # type: ignore[operator]

    with evaluating(model):
        before = outputs(base)  # (B, C, P, H, W)
        if not before.isfinite().all():
            raise ValueError(said("The network's outputs are not finite; poking it says nothing."))
        for start in range(0, len(groups), batch):
            part = groups[start : start + batch]
            poked = base.clone()
            for i, (channel, a, b) in enumerate(part):
                view = poked[i, channel, a::down, b::across]
                view.copy_((view + max(1, levels // 2)) % levels)
            moved = ((outputs(poked) - before).abs() > tolerance).any(dim=2)  # (B, C, H, W)
            for i, group in enumerate(part):
                targets = moved[i].nonzero().cpu().numpy()  # (T, 3)
                source = _nearest(targets, group, (down, across), (height, width))
                found[
                    np.ravel_multi_index(tuple(targets.T), shape),
                    np.ravel_multi_index(tuple(source.T), shape),
                ] = True
    leaks = found & forbidden(ranks)
    return found_in(leaks.reshape(*shape, *shape))


def _nearest(
    targets: NDArray[np.int64], group: Place, step: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.int64]:
    """(T, 3): the one changed value whose kernels reach each target."""
    source = np.full_like(targets, group[0])
    for axis in (0, 1):
        first, place = group[axis + 1], targets[:, axis + 1]
        turn = (place - first + step[axis] // 2) // step[axis]
        source[:, axis + 1] = first + turn * step[axis]
        if ((source[:, axis + 1] < 0) | (source[:, axis + 1] >= size[axis])).any():
            raise ValueError("An output moved outside the reach of all kernels: `reach` is wrong.")
    return source
