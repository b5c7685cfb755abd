"""Along which directions does one look at the loss around a network?"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.runs.events import State
from engine.words import said


def filter_normalised(weights: State, generator: torch.Generator) -> State:
    """A random direction in which every filter is as long as the network's own.

    d ← d / ‖d‖ · ‖w‖ for each filter: a row of a matrix, an output channel of a kernel. Biases
    and scales of normalisation stay. So networks whose weights differ only in scale look alike.

    Args:
        weights: named tensors; those of two or more dimensions get a direction.
        generator: draws it.

    Returns:
        Tensors of the same names and shapes.

    Source: Li et al. 2018, Visualizing the loss landscape of neural nets, section 4.
    """
    found: State = {}
    for name, weight in weights.items():
        if weight.ndim < 2 or not weight.is_floating_point():
            found[name] = torch.zeros_like(weight)
            continue
        drawn = torch.randn(weight.shape, generator=generator).to(weight)
        rows, own = drawn.flatten(1), weight.flatten(1)
        scale = own.norm(dim=1) / rows.norm(dim=1).clamp(min=1e-12)
        found[name] = (rows * scale[:, None]).view_as(weight)
    return found


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane through the first and the last point of a path, and the path in it."""

    centre: Tensor  # (P,) the last point
    axes: Tensor  # (2, P) orthonormal; the first points from the end to the start
    path: Tensor  # (T, 2) coordinates of the path's projection
    share: float  # of the path's squared distances from its end that lie in the plane, in [0, 1]


def plane_of(path: Tensor) -> Plane:
    """The plane that holds start and end, and of all such planes most of the path.

    The first axis joins both; the second is the first principal component of what the first
    leaves of the path. The principal components of the whole path, as Li et al. take them, would
    in general pass beside its start.

    Args:
        path: (T, P) weights, T ≥ 2, in order.

    Raises:
        ValueError: the path ends where it began.

    Source: after Li et al. 2018, section 7.
    """
    centre = path[-1]
    moves = (path - centre).double()  # (T, P)
    length = moves[0].norm()
    if not length > 0:
        raise ValueError(said("The path ends where it began: no plane is given by it."))
    first = moves[0] / length
    rest = moves - (moves @ first)[:, None] * first
    _, values, vectors = torch.linalg.svd(rest, full_matrices=False)
    if len(values) and values[0] > 1e-9 * length:
        second = vectors[0]
    else:  # a straight path: any axis across it will do
        second = torch.zeros_like(first)
        second[first.abs().argmin()] = 1
    second = second - (second @ first) * first
    axes = torch.stack([first, second / second.norm()])
    inside = moves @ axes.T  # (T, 2)
    share = float(inside.square().sum() / moves.square().sum())
    return Plane(centre, axes.to(path), inside.to(path), share)
