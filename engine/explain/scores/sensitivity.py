"""Sensitivity: how much can a map change when the picture hardly does?"""

from typing import ClassVar

import torch
from captum.metrics import sensitivity_max
from torch import Tensor

from engine.config import About, knob
from engine.device import generator
from engine.explain.scores._spec import SCORES, Asks, Case, Score


@SCORES.register
class Sensitivity(Score):
    about: ClassVar[About] = About(
        id="sensitivity",
        label="Sensitivity",
        summary="Largest relative change of the map under noise that nobody sees.",
        formula=r"\max_{\lVert \delta \rVert_\infty \le r} "
        r"\lVert M(x + \delta) - M(x) \rVert / \lVert M(x) \rVert",
        source="Yeh et al. 2019, On the (in)fidelity and sensitivity of explanations, "
        "definition 3.1, by sampling",
        url="https://arxiv.org/abs/1901.09392",
    )
    asks: ClassVar[Asks] = "explainer"
    higher_is_better: ClassVar[bool] = False
    radius: float = knob(
        0.02, "Radius", "Largest noise, in standard deviations of the pixels.", ge=0.001, le=1
    )
    samples: int = knob(3, "Draws", "Of the noise.", ge=1, le=50)

    def of(self, case: Case) -> Tensor:
        """At least 0."""
        draw = generator(case.seed, "sensitivity")

        def noisy(x: Tensor) -> Tensor:
            noise = 2 * torch.rand(x.shape, generator=draw) - 1
            return x + self.radius * noise.to(x.device)

        def explain(x: Tensor | tuple[Tensor, ...], target: Tensor) -> tuple[Tensor]:
            with torch.enable_grad():
                return (case.explain(x[0] if isinstance(x, tuple) else x, target),)

        found: Tensor = sensitivity_max(
            explain, case.x, noisy, n_perturb_samples=self.samples, target=case.target
        )
        return found
