"""Sensitivity: how much can a map change when the picture hardly does?"""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About, knob
from engine.explain.maps.draws import draws
from engine.explain.scores._spec import SCORES, Case, Compared, Score


@SCORES.register
class Sensitivity(Score):
    """What captum.metrics gives (a test compares), which explains the picture itself once more."""

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
    asks: ClassVar[Compared] = "explainer"
    higher_is_better: ClassVar[bool] = False
    radius: float = knob(
        0.02, "Radius", "Largest noise, in standard deviations of the pixels.", ge=0.001, le=1
    )
    samples: int = knob(3, "Draws", "Of the noise.", ge=1, le=50)

    def of(self, case: Case) -> Tensor:
        """At least 0; NaN for a map of zeros."""
        noisy = (case.x[:, None] + self.radius * self._noise(case)).flatten(0, 1)  # (N S, C, H, W)
        maps = case.explain(noisy, case.target.repeat_interleave(self.samples))
        away = (maps.unflatten(0, (-1, self.samples)) - case.maps[:, None]).flatten(2).norm(dim=2)
        length = case.maps.flatten(1).norm(dim=1)
        return torch.where(length > 0, away.amax(1) / length, torch.nan)

    def _noise(self, case: Case) -> Tensor:
        """(N, S, C, H, W) in -1..1, of its own for each picture."""
        shape = (self.samples, *case.x.shape[1:])
        sources = draws(case.x, case.seed, "sensitivity")
        return torch.stack([2 * torch.rand(shape, generator=own) - 1 for own in sources]).to(case.x)
