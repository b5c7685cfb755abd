"""What does the network say as pixels are exchanged in the order of a map?"""

import math
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.explain.networks.at_once import at_once
from engine.explain.scores._spec import Case, Compared, Score

STEPS = 12  # equal parts of the picture


class CurveScore(Score):
    """The area under a curve of probabilities, one for each share of the pixels."""

    asks: ClassVar[Compared] = "model"

    def of(self, case: Case) -> Tensor:
        """In 0..1."""
        return area_under(self.curve(case))

    def measure(self, case: Case) -> dict[str, Tensor]:
        """The score, and `curve:<id>` (N, S + 1)."""
        curves = self.curve(case)
        return {self.id: area_under(curves), f"curve:{self.id}": curves}

    def curve(self, case: Case) -> Tensor:
        """(N, STEPS + 1) probabilities of the class."""
        raise NotImplementedError


def curve(case: Case, start: Tensor, end: Tensor) -> Tensor:
    """(N, STEPS + 1) probability of the class, as pixels of `start` become those of `end`.

    The pixels with the largest attribution come first; equal ones in the picture's order.
    """
    n, pixels = len(case.x), case.maps[0].numel()
    order = case.maps.flatten(1).argsort(dim=1, descending=True, stable=True)
    rank = torch.empty_like(order).scatter_(
        1, order, torch.arange(pixels, device=order.device).expand_as(order)
    )
    found = []
    for done in [round(pixels * k / STEPS) for k in range(STEPS + 1)]:
        changed = (rank < done).view(n, 1, *case.maps.shape[1:])
        mixed = torch.where(changed, end, start)
        with torch.no_grad():
            logits = torch.cat([case.model(part) for part in mixed.split(at_once(mixed))])
        found.append(logits.softmax(1).gather(1, case.target[:, None])[:, 0])
    return torch.stack(found, dim=1)


def area_under(curves: Tensor) -> Tensor:
    """(N,) by the trapezoidal rule, over 0..1."""
    return torch.trapezoid(curves, dx=1 / STEPS, dim=1)


def blurred(x: Tensor) -> Tensor:
    """Without any form: a Gaussian blur of a tenth of the side."""
    sigma = x.shape[-1] / 10
    reach = min(math.ceil(2.5 * sigma), x.shape[-1] - 1)
    away = torch.arange(-reach, reach + 1, dtype=x.dtype, device=x.device)
    line = (-(away**2) / (2 * sigma**2)).exp()
    line = (line / line.sum()).expand(x.shape[1], 1, -1)
    padded = F.pad(x, (reach,) * 4, mode="reflect")
    across = F.conv2d(padded, line[:, :, None, :], groups=x.shape[1])
    return F.conv2d(across, line[:, :, :, None], groups=x.shape[1])
