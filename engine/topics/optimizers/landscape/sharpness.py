"""How sharply does the loss bend at a point, in the direction where it bends most?"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad, vjp

TOLERANCE = 1e-3  # residual, in sizes of the eigenvalue, from which it counts as found
FEWEST = 40  # products, where there are as many dimensions: an early residual can deceive
EXACT = 1e-12  # what is left of a direction, in sizes of H, from which nothing is
KEPT = 2**26  # numbers in the directions that are kept; half a GiB


@dataclass(frozen=True, slots=True)
class Top:
    """The largest eigenvalue of a Hessian."""

    value: float
    vector: Tensor  # (P,) of length 1
    residual: float  # ‖H v − λ v‖, 0 for an exact pair; an eigenvalue is that near to the value
    products: int  # Hessian-vector products that it took
    found: bool  # whether the residual is within the tolerance; False: the products ran out


def hessian_product(loss: Callable[[Tensor], Tensor], at: Tensor) -> Callable[[Tensor], Tensor]:
    """v ↦ H v = ∇(∇L · v) by differentiating through the gradient; H is never formed.

    Source: Pearlmutter 1994, Fast exact multiplication by the Hessian. His differentiates forward;
    as H is symmetric, backward gives the same.
    """
    back = vjp(grad(loss), at)[1]
    return lambda vector: back(vector)[0].detach()


def top_eigenvalue(
    loss: Callable[[Tensor], Tensor],
    at: Tensor,
    generator: torch.Generator,
    *,
    tolerance: float = TOLERANCE,
    most: int = 400,
) -> Top:
    """The algebraically largest eigenvalue of the Hessian of `loss`, by the method of Lanczos.

    Of all directions in the span of v, H v, H² v, … it takes the one of largest curvature: the
    largest eigenvalue of H in an orthonormal basis of that span, which a step makes larger by one
    product. Unlike power iteration it tells λ from an eigenvalue −λ of the same size. Every new
    direction is made orthogonal to all that there are, twice, so that rounding makes no copies.
    Where memory for directions is used up, it begins anew with the best one.

    Args:
        loss: (P,) to a scalar.
        at: (P,) the point.
        generator: draws the first vector.
        tolerance: residual, relative to the eigenvalue's size, to stop at.
        most: Hessian-vector products.

    Source: Lanczos 1950; on networks Ghorbani, Krishnan and Xiao 2019, An investigation into neural
    net optimization via Hessian eigenvalue density.
    """
    product, size = hessian_product(loss, at), len(at)
    new = torch.randn(at.shape, generator=generator).to(at.device, torch.float64)
    room, products = min(size, most, max(2, KEPT // size)), 0
    basis = at.new_zeros((room, size), dtype=torch.float64)
    while True:
        new = new / new.norm()
        inside = torch.zeros(room, room, dtype=torch.float64)  # H in the basis: three diagonals
        for k in range(room):
            basis[k] = new
            image = product(new.to(at)).double()
            products += 1
            rest, kept = image, basis[: k + 1]
            for _ in range(2):
                rest = rest - (kept @ rest) @ kept
            inside[k, k], beyond = float(new @ image), float(rest.norm())
            if not math.isfinite(beyond):
                return Top(math.nan, new.to(at), math.nan, products, False)
            values, vectors = torch.linalg.eigh(inside[: k + 1, : k + 1])
            scale, value = float(values.abs().max()), float(values[-1])
            whole = k + 1 == size or beyond <= EXACT * scale
            near = beyond * abs(float(vectors[-1, -1])) <= tolerance * abs(value) / 2
            if whole or products >= most or (near and products >= min(FEWEST, size)):
                best = vectors[:, -1].to(kept) @ kept
                image = product(best.to(at)).double()
                residual = float((image - value * best).norm())
                enough = residual <= tolerance * (scale if whole else abs(value))
                return Top(value, best.to(at), residual, products + 1, enough)
            if k + 1 < room:
                inside[k, k + 1] = inside[k + 1, k] = beyond
                new = rest / beyond
        new = vectors[:, -1].to(basis) @ basis
