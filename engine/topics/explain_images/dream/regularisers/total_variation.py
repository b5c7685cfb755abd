"""Total variation: differences between neighbours cost score."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from engine.config import About, knob
from engine.topics.explain_images.dream.regularisers._spec import REGULARISERS, Regulariser

ROUNDING = 1e-6  # keeps the slope finite where neighbours are equal


@REGULARISERS.register
class TotalVariation(Regulariser):
    about: ClassVar[About] = About(
        id="total_variation",
        label="Total variation",
        summary="Takes the differences between neighbouring pixels from the score.",
        formula=r"S(x)-\lambda\sum_{ij}\big((x_{i+1,j}-x_{ij})^2+(x_{i,j+1}-x_{ij})^2\big)"
        r"^{\beta/2}",
        source="Mahendran and Vedaldi 2015, section 3",
        url="https://arxiv.org/abs/1412.0035",
    )
    strength: ClassVar[str] = "weight"
    weight: float = knob(
        0.0, "Total variation λ", "Differences between neighbours cost score; 0 is off.",
        ge=0, le=1, log=True,
    )  # fmt: skip
    exponent: float = knob(
        2.0, "Exponent β", "1 allows sharp edges, 2 smooths them.", ge=1, le=3, step=0.5, more=True
    )

    def penalty(self, x: Tensor) -> Tensor:
        down = F.pad(x.diff(dim=2), (0, 0, 0, 1)).square()  # 0 beyond the last row
        across = F.pad(x.diff(dim=3), (0, 1)).square()
        each = (down + across + ROUNDING) ** (self.exponent / 2) - ROUNDING ** (self.exponent / 2)
        return self.weight * each.flatten(1).sum(1)
