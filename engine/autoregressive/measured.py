"""Which inputs does an output of a real network answer to? Measured by gradients.

With positive weights nothing can cancel and no ReLU is silent, so the non-zero gradients are the
exact field. With any other weights they may be fewer: `explain` counts why.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.autoregressive.masked import MaskedConv2d
from engine.autoregressive.masks import Mask
from engine.device import generator
from engine.nn.taps import evaluating

Place = tuple[int, int, int]  # channel, row, column


def gradients(
    net: nn.Module,
    z: Tensor,
    targets: Iterable[Place],
    y: Tensor | None = None,
    *,
    seed: int = 0,
    batch: int = 128,
) -> Tensor:
    """|d o_t / d z_s| for some targets t and all inputs s.

    The P numbers o of a target are added with fixed weights between 0.5 and 1.5, so that one pass
    is enough and numbers that move in opposite ways do not cancel by accident.
    Leaves mode, parameters, `.grad` and hooks as they were.

    Args:
        net: (B, C, H, W) and classes to (B, C, P, H, W), as `Density.parameters_at` or its `net`.
        z: (C, H, W) float, the picture at which to look.
        targets: channel, row, column of each.
        y: () int64 class, for a conditional network.
        seed: draws the weights of the P numbers.
        batch: targets at a time.

    Returns:
        (T, C, H, W) at least 0, of z's dtype.
    """
    places = torch.tensor(list(targets))  # (T, 3)
    found = []
    with evaluating(net), torch.enable_grad():
        for part in places.to(z.device).split(batch):
            rows = z.detach().expand(len(part), -1, -1, -1).clone().requires_grad_()
            out = net(rows, None if y is None else y.reshape(1).expand(len(part)))
            channel, row, column = part.unbind(1)
            chosen = out[torch.arange(len(part)), channel, :, row, column]  # (T, P)
            draw = generator(seed, "gradient")
            mix = (0.5 + torch.rand(chosen.shape[1], generator=draw)).to(chosen)
            found.append(torch.autograd.grad((chosen @ mix).sum(), rows)[0].abs())
    return torch.cat(found)


def everywhere(net: nn.Module, z: Tensor, y: Tensor | None = None, *, batch: int = 128) -> Tensor:
    """`gradients` for all targets: (C, H, W, C, H, W), [target, source]."""
    every = [tuple(place) for place in np.ndindex(*z.shape)]
    return gradients(net, z, every, y, batch=batch).reshape(*z.shape, *z.shape)  # type: ignore[arg-type]


def positive(net: nn.Module, seed: int = 0) -> nn.Module:
    """A copy whose weights are all between 0.5 and 1.5 over the cells seen, and biases zero.

    At a positive picture no unit is silent and no two paths cancel.
    """
    changed = copy.deepcopy(net)
    with torch.no_grad():
        for name, module in changed.named_modules():
            if isinstance(module, MaskedConv2d):
                draw = generator(seed, "positive", name)
                share = module.fan_in
                module.weight.uniform_(0.5 / share, 1.5 / share, generator=draw)
                module.bias.zero_()
    return changed


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the exact field of one target and the measured one disagree, in pixels."""

    exact: int  # inputs that the masks let through
    measured: int  # inputs with a gradient
    too_small: int  # the gradient is there in double precision: rounded or underflowed to zero
    silent_here: int  # there is one at another picture: silent or saturated units at this one
    never: int  # at no picture tried: weights that are zero or cancel, or units that never answer
    unexpected: int  # a gradient where the masks let nothing through: the masks are not the net's


def explain(
    net: nn.Module,
    z: Tensor,
    target: Place,
    exact: Mask | NDArray[np.bool_],
    y: Tensor | None = None,
    *,
    pictures: int = 16,
    seed: int = 0,
) -> Difference:
    """Count and explain what the gradient misses of the exact field.

    Args:
        net: as in `gradients`; computed once more in double precision.
        z: (C, H, W) float, the picture at which to look.
        target: channel, row, column.
        exact: (C, H, W) bool, as `Field.of` gives it.
        pictures: random ones from N(0, 1) to try, in double precision.
    """
    here = (gradients(net, z, [target], y)[0] > 0).cpu().numpy()
    double = copy.deepcopy(net).double()
    precise = (gradients(double, z.double(), [target], y)[0] > 0).cpu().numpy()
    draw = generator(seed, "pictures")
    elsewhere = np.zeros_like(precise)
    for _ in range(pictures):
        other = torch.randn(z.shape, generator=draw, dtype=torch.float64).to(z.device)
        elsewhere |= (gradients(double, other, [target], y)[0] > 0).cpu().numpy()
    missed = exact & ~here
    return Difference(
        exact=int(exact.sum()),
        measured=int(here.sum()),
        too_small=int((missed & precise).sum()),
        silent_here=int((missed & ~precise & elsewhere).sum()),
        never=int((missed & ~precise & ~elsewhere).sum()),
        unexpected=int((here & ~exact).sum()),
    )


def kernel_weights(side: int, seed: int) -> NDArray[np.float32]:
    """(side, side) normal weights of one filter."""
    found: NDArray[np.float32] = torch.randn(
        side, side, generator=generator(seed, "mask lab")
    ).numpy()
    return found


def drawn_picture(size: int, seed: int, *, positive: bool) -> Tensor:
    """(1, size, size) uniform in 0.5..1.5, or normal."""
    draw = generator(seed, "picture")
    if positive:
        return torch.rand(1, size, size, generator=draw) + 0.5
    return torch.randn(1, size, size, generator=draw)
