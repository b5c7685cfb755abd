"""How exact are differences of losses, at each step size and in each precision?"""

from dataclasses import dataclass

import numpy as np
import torch

from engine.topics.backpropagation.gradient_check import (
    CheckConfig,
    Floats,
    by_autograd,
    by_differences,
    problem,
    relative,
)

SAMPLED = 300  # parameters behind a curve, at most
STEPS = tuple(10.0 ** (k / 2) for k in range(-24, 1))
CURVES = tuple((p, s) for p in ("float32", "float64") for s in ("forward", "central"))


@dataclass(frozen=True, slots=True, eq=False)
class UCurve:
    """Median relative error of differences over step sizes, against torch's gradient."""

    steps: Floats
    error: dict[tuple[str, str], Floats]  # (precision, scheme) -> one a step

    def best(self, precision: str, scheme: str) -> tuple[float, float]:
        """The step with the smallest error, and that error."""
        at = int(np.nanargmin(self.error[precision, scheme]))
        return float(self.steps[at]), float(self.error[precision, scheme][at])


def u_curve(config: CheckConfig) -> UCurve:
    """How exact are differences, at each step size? Rounding hurts small steps, bends large ones.

    The error of a central difference is about ε/h + h²|f‴|/6, so the best h is near ε^(1/3); of a
    forward one ε/h + h|f″|/2, with the best h near √ε.

    Source: Nocedal and Wright 2006, Numerical optimization, section 8.1.
    """
    exact = problem(config)
    each = max(1, SAMPLED // len(exact.layers))
    right = by_autograd(exact)
    found = {}
    for precision, scheme in CURVES:
        task = exact.to(torch.float64 if precision == "float64" else torch.float32)
        errors = []
        for step in STEPS:
            numeric = by_differences(task, step, central=scheme == "central", sampled=each)
            gaps = [
                relative(a[: len(b)], b.double()).ravel()
                for a, b in zip(right, numeric.gradient, strict=True)
            ]
            errors.append(torch.cat(gaps).median().item())
        found[precision, scheme] = np.array(errors)
    return UCurve(np.array(STEPS), found)
