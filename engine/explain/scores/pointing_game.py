"""The pointing game: does the map's highest point lie on the object?"""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import About, knob
from engine.explain.scores._spec import SCORES, Case, Compared, Score

EQUAL = 1e-6  # of the highest value: what rounding may take away


@SCORES.register
class PointingGame(Score):
    about: ClassVar[About] = About(
        id="pointing_game",
        label="Pointing game",
        summary="Share of maps whose highest point lies on the object, or very near.",
        formula=r"\mathbb{1}\left[\min_{p \in \text{mask}} "
        r"\lVert p - \arg\max M\rVert_\infty \le \tau\right]",
        source="Zhang et al. 2018, Top-down neural attention by excitation backprop, section 4.1",
        url="https://doi.org/10.1007/s11263-017-1059-x",
    )
    asks: ClassVar[Compared] = "mask"
    higher_is_better: ClassVar[bool] = True
    tolerance: float = knob(
        15 / 224,
        "Tolerance",
        "How far off the object still counts, as a share of the side; published: 15 of 224 pixels.",
        ge=0,
        le=0.2,
        step=0.005,
    )

    def of(self, case: Case) -> Tensor:
        """In 0..1. Where several points are highest, up to rounding: the share of them that hit."""
        near = round(self.tolerance * case.masks.shape[-1])
        masks = case.masks[:, None].float()
        grown = F.max_pool2d(masks, 2 * near + 1, 1, near)[:, 0].flatten(1)  # (N, P)
        flat = case.maps.flatten(1)
        top = flat.amax(1, keepdim=True)
        highest = (flat >= top - EQUAL * top.abs()).float()
        return (highest * grown).sum(1) / highest.sum(1).clamp(min=1)


def area(masks: Tensor, tolerance: float) -> Tensor:
    """(N,) what a random map reaches: the share of the picture that counts as a hit."""
    near = round(tolerance * masks.shape[-1])
    grown: Tensor = F.max_pool2d(masks[:, None].float(), 2 * near + 1, 1, near)
    return torch.flatten(grown, 1).mean(1)
