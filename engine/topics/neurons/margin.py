"""Can one hyperplane tell two classes apart, and by how much? An answer with its proof."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog, nnls

from engine.topics.neurons.points import Floats


@dataclass(frozen=True, slots=True)
class Margin:
    """The widest margin, or why there is none.

    With signed rows $t_i\\tilde x_i$: $\\gamma = \\max_{|u|=1}\\min_i t_i\\,u^\\top\\tilde x_i$,
    which equals $\\min_{\\lambda\\ge0,\\,\\sum\\lambda=1}|\\sum_i\\lambda_i t_i\\tilde x_i|$. The
    weights λ prove it: where the sum is zero, every u has a row with a margin of at most zero.
    """

    gamma: float  # 0 where no hyperplane exists
    direction: Floats  # (D,) of length 1; zeros where none exists
    weights: Floats  # (N,) λ, none negative, of sum 1
    gap: float  # by how much both sides of the equality differ
    agree: bool  # whether the linear programme says the same as the least squares

    @property
    def exists(self) -> bool:
        return self.gamma > 0


def widest(rows: Floats) -> Margin:
    """The widest margin of a hyperplane through the origin.

    Whether there is one is decided by a linear programme: λ ≥ 0 with Σλ = 1 and Σλᵢrᵢ = 0 exists
    exactly where no hyperplane does. The margin is a least distance, solved by non-negative least
    squares, which decides the same by its residual.

    Args:
        rows: (N, D), each row the point times its sign.

    Source: Gordan 1873 (the alternative); Lawson and Hanson 1974, Solving least squares problems,
    chapter 23 (least distance programming).
    """
    count, width = rows.shape
    scale = float(np.abs(rows).max())
    sums = np.vstack([rows.T / scale, np.ones(count)])
    programme = linprog(
        np.zeros(count), A_eq=sums, b_eq=[*[0.0] * width, 1.0], bounds=(0, None), method="highs"
    )
    target = np.zeros(width + 1)
    target[-1] = 1
    dual, far = nnls(sums, target, maxiter=50 * (count + width))
    impossible = far < 1e-7
    agree = bool(impossible == (programme.status == 0))
    if impossible:
        weights = programme.x if programme.status == 0 else dual / dual.sum()
        gap = float(np.abs(weights @ rows).max())
        return Margin(0.0, np.zeros(width), np.maximum(weights, 0), gap, agree)
    toward = sums[:-1] @ dual
    direction = toward / np.linalg.norm(toward)
    weights = dual / dual.sum()
    gamma = float((rows @ direction).min())
    gap = abs(gamma - float(np.linalg.norm(weights @ rows)))
    return Margin(max(gamma, np.finfo(float).tiny), direction, weights, gap, agree)
