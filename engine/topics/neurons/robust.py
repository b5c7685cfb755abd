"""Which fit minds an outlier less than the squared error does? Absolute error and Huber's loss."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from engine.topics.neurons.points import Floats


@dataclass(frozen=True, slots=True)
class Robust:
    """An optimum in the coordinates of an orthonormal basis, and how far it is from one."""

    parts: Floats  # (K,)
    gap: float  # 0 at an exact optimum


def absolute(basis: Floats, y: Floats) -> Robust:
    """The least mean absolute error, as a linear programme.

    $\\min\\sum_i p_i+n_i$ with $Qc+p-n=y$, $p,n\\ge0$. Its dual is $\\max y^\\top u$ with
    $Q^\\top u=0$, $|u_i|\\le1$; both have one value, and `gap` is their difference over N.

    Args:
        basis: (N, K) orthonormal columns.
        y: (N,).

    Source: Koenker and Bassett 1978, Regression quantiles, the median.
    """
    count, width = basis.shape
    cost = np.concatenate([np.zeros(width), np.ones(2 * count)])
    equal = np.hstack([basis, np.eye(count), -np.eye(count)])
    limits = [(None, None)] * width + [(0, None)] * (2 * count)
    found = linprog(cost, A_eq=equal, b_eq=y, bounds=limits, method="highs")
    c = found.x[:width]
    dual = np.clip(found.eqlin.marginals, -1, 1)
    return Robust(c, abs(float(np.abs(y - basis @ c).sum() - dual @ y)) / count)


def huber(basis: Floats, y: Floats, delta: float, rest: Floats, rounds: int = 200) -> Robust:
    """The least mean Huber loss: $r^2$ up to δ, $2\\delta|r|-\\delta^2$ beyond.

    Newton's method with halved steps: the loss is convex and made of pieces of parabolas. `gap` is
    the largest slope that is left, over N.

    Args:
        basis: (N, K) the rows of the points.
        y: (N,).
        rest: (P, K) rows of the penalty $|Pc|^2$.

    Source: Huber 1964, Robust estimation of a location parameter.
    """
    count, width = basis.shape
    c, bend = np.zeros(width), rest.T @ rest

    def height(at: Floats) -> float:
        r = np.abs(y - basis @ at)
        loss = np.where(r <= delta, r**2, 2 * delta * r - delta**2)
        return float(loss.sum() + ((rest @ at) ** 2).sum())

    slope = np.zeros(width)
    for _ in range(rounds):
        r = y - basis @ c
        slope = bend @ c - basis.T @ np.clip(r, -delta, delta)
        if np.abs(slope).max() < 1e-10:
            break
        inside = basis[np.abs(r) <= delta]
        curvature = inside.T @ inside + bend + 1e-9 * np.eye(width)
        step, size, now = np.linalg.solve(curvature, slope), 1.0, height(c)
        while height(c - size * step) > now and size > 1e-12:
            size /= 2
        if size <= 1e-12:  # no lower place in float64
            break
        c = c - size * step
    return Robust(c, 2 * float(np.abs(slope).max()) / count)
