"""How was one picture made? Everything about every choice, computed before anything is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.autoregressive.density import Density
from engine.autoregressive.sampling import sample, uniforms


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """The N values of one picture in the order in which they were chosen."""

    levels: NDArray[np.int64]  # (N,) what was chosen
    places: NDArray[np.int64]  # (N, 3) channel, row, column
    p: NDArray[np.float64]  # (N, K) the distribution that it was drawn from
    u: NDArray[np.float64]  # (N,) the uniform that picked it
    bits: NDArray[np.float64]  # (N,) -log2 of its probability under the model itself
    forced: NDArray[np.bool_]  # (N,)
    calls: int  # of the whole network; 0 where features were kept
    shape: tuple[int, int, int]

    @property
    def entropy(self) -> NDArray[np.float64]:
        """(N,) bits: of the distribution that each value was drawn from."""
        logs = np.log2(np.where(self.p > 0, self.p, 1))
        found: NDArray[np.float64] = -(self.p * logs).sum(1)
        return found

    @property
    def expected(self) -> NDArray[np.float64]:
        """(N,) mean level under that distribution."""
        found: NDArray[np.float64] = self.p @ np.arange(self.p.shape[1])
        return found

    def board(self, values: NDArray[Any]) -> NDArray[Any]:
        """(N,) in order to (C, H, W)."""
        out = np.zeros(self.shape, values.dtype)
        out[tuple(self.places.T)] = values
        return out


def mixed_uniforms(shape: tuple[int, ...], seed: int, after: int, again: int) -> Tensor:
    """The uniforms of `seed`, and from place `after` on (row by row) those of `again`.

    Args:
        shape: (B, C, H, W).
        after: pixels that keep theirs; 0 or less, or all of them: nothing is drawn anew.
    """
    u = uniforms(shape, seed)
    if 0 < after < shape[2] * shape[3]:
        other = uniforms(shape, again).flatten(2)
        u = torch.cat([u.flatten(2)[..., :after], other[..., after:]], dim=2).view(shape)
    return u


def trajectory(
    model: Density,
    u: Tensor,
    label: int | None = None,
    *,
    start: Tensor | None = None,
    forced: Tensor | None = None,
    **options: Any,
) -> Trajectory:
    """Make one picture and keep what was known at every step.

    Args:
        u: (1, C, H, W) uniforms.
        label: class, for a conditional model.
        start, forced: (1, C, H, W) levels and bool, see `sampling.sample`.
        options: temperature, top_k, top_p, slip of `sampling.sample`.
    """
    y = torch.tensor([label or 0]) if model.classes else None
    made = sample(model, u, y, start=start, forced=forced, keep=True, **options)
    assert made.p is not None
    places = np.argsort(model.ranks(*u.shape[2:]).ravel())  # (N,) flat index by rank

    def ordered(values: Tensor) -> NDArray[Any]:
        array: NDArray[Any] = values.cpu().numpy()
        return array.reshape(-1)[places]

    p = made.p[0].double().permute(0, 2, 3, 1).reshape(-1, model.levels)  # (N, K)
    fixed = torch.zeros(u.shape, dtype=torch.bool) if forced is None else forced.expand(u.shape)
    return Trajectory(
        levels=ordered(made.x[0]),
        places=np.stack(np.unravel_index(places, tuple(u.shape[1:])), 1),
        p=p.cpu().numpy()[places],
        u=ordered(u[0]),
        bits=-ordered(made.log_prob[0].double()) / np.log(2),
        forced=ordered(fixed[0]),
        calls=made.calls,
        shape=(u.shape[1], u.shape[2], u.shape[3]),
    )


def forced_trajectory(
    model: Density, u: Tensor, label: int | None, forced: Iterable[tuple[int, int]], **options: Any
) -> Trajectory:
    """The trajectory with some pixels given.

    Args:
        u: (1, C, H, W) uniforms.
        label: class of the picture.
        forced: (number of the pixel, row by row, its level); those beyond the picture are left out.
        options: of `trajectory`.
    """
    start, fixed = torch.zeros(u.shape, dtype=torch.int64), torch.zeros(u.shape, dtype=torch.bool)
    for pixel, level in forced:
        if pixel < u.shape[2] * u.shape[3]:
            start.flatten(2)[..., pixel] = min(level, model.levels - 1)
            fixed.flatten(2)[..., pixel] = True
    return trajectory(model, u, label, start=start, forced=fixed, **options)
