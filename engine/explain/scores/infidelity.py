"""Infidelity: does the map foretell what happens when a square is taken away?"""

from typing import ClassVar

import torch
from torch import Tensor

from engine.config import About, knob
from engine.explain.maps.draws import draws
from engine.explain.networks.answers import scores
from engine.explain.scores._spec import SCORES, Case, Compared, Score


@SCORES.register
class Infidelity(Score):
    """What captum.metrics gives (a test compares), which passes the picture itself anew for every
    square, and everything twice for the norm: 40 passes in place of 11."""

    about: ClassVar[About] = About(
        id="infidelity",
        label="Infidelity",
        summary="Part of the score's changes under removed squares that the map does not foretell: "
        "0 all is foretold, 1 nothing.",
        formula=r"\min_\beta \frac{\mathbb{E}_Q (\beta \sum_{p \in Q} M_p - \Delta_Q)^2}"
        r"{\mathbb{E}_Q \Delta_Q^2}, \quad \Delta_Q = S(x) - S(x_{\setminus Q})",
        source="Yeh et al. 2019, On the (in)fidelity and sensitivity of explanations, "
        "definition 2.1, with the best factor",
        url="https://arxiv.org/abs/1901.09392",
    )
    asks: ClassVar[Compared] = "model"
    higher_is_better: ClassVar[bool] = False
    samples: int = knob(10, "Squares", "Removed one at a time.", ge=2, le=100)
    side: float = knob(0.25, "Square", "Its side, as a share of the picture's.", ge=0.05, le=0.6)

    def of(self, case: Case) -> Tensor:
        """In 0..1; NaN where no square changes the score."""
        squares = self._squares(case)  # (N, S, H, W)
        predicted = (case.maps[:, None] * squares).sum((2, 3))  # (N, S)
        hidden = case.x[:, None] * ~squares[:, :, None]  # (N, S, C, H, W)
        target = case.target.repeat_interleave(self.samples)
        left = scores(case.model, hidden.flatten(0, 1), target).reshape(predicted.shape)
        change = scores(case.model, case.x, case.target)[:, None] - left  # (N, S)
        across, along = (predicted * change).mean(1), predicted.square().mean(1)
        factor = torch.where(along > 0, across / along, torch.zeros_like(along))  # beta
        missed = (factor[:, None] * predicted - change).square().mean(1)
        return missed / change.square().mean(1)

    def _squares(self, case: Case) -> Tensor:
        """(N, S, H, W) bool: what is removed. The same for a picture at every call."""
        high, wide = case.x.shape[2:]
        side = max(1, round(self.side * high))
        corners = [
            [
                torch.randint(space - side + 1, (self.samples, 1, 1), generator=own)
                for space in (high, wide)
            ]
            for own in draws(case.x, case.seed, "infidelity")
        ]
        top, left = (torch.stack(part) for part in zip(*corners, strict=True))  # (N, S, 1, 1)
        rows, columns = torch.arange(high)[:, None], torch.arange(wide)
        inside = (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side)
        return inside.to(case.x.device)
