"""How sharply does the loss bend at a point, in the direction where it bends most?"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad, vjp


@dataclass(frozen=True, slots=True)
class Top:
    """The largest eigenvalue of a Hessian."""

    value: float
    vector: Tensor  # (P,) of length 1
    residual: float  # ‖H v − λ v‖, 0 for an exact pair
    products: int  # Hessian-vector products that it took


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
    tolerance: float = 1e-3,
    most: int = 200,
) -> Top:
    """The algebraically largest eigenvalue of the Hessian of `loss`, by power iteration.

    v ← H v / ‖H v‖ finds the eigenvalue λ of largest size. Where that is negative, the iteration
    is repeated on H − λ I, whose largest in size belongs to the largest of H.

    Args:
        loss: (P,) to a scalar.
        at: (P,) the point.
        generator: draws the first vector.
        tolerance: residual, relative to the eigenvalue's size, to stop at.
        most: Hessian-vector products for each of both.

    Source: von Mises and Pollaczek-Geiringer 1929; on networks LeCun, Simard and Pearlmutter 1992.
    """
    product = hessian_product(loss, at)
    first = torch.randn(at.shape, generator=generator).to(at)
    top = _iterate(product, first, 0.0, tolerance, most)
    if top.value >= 0:
        return top
    other = _iterate(product, first, top.value, tolerance, most)
    return Top(other.value, other.vector, other.residual, top.products + other.products)


def _iterate(
    product: Callable[[Tensor], Tensor], first: Tensor, shift: float, tolerance: float, most: int
) -> Top:
    vector = first / first.norm()
    for count in range(1, most + 1):
        image = product(vector)
        value = float(vector @ image)  # Rayleigh's quotient
        residual = float((image - value * vector).norm())
        shifted = image - shift * vector
        length = shifted.norm()
        if residual <= tolerance * max(abs(value), abs(shift)) or count == most or length == 0:
            break
        vector = shifted / length
    return Top(value, vector, residual, count)
