"""A saddle between two minima: flat where the way down begins."""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class Saddle(Surface):
    """x₁² − x₂² alone would fall for ever; a fourth power ends it in two minima."""

    about: ClassVar[About] = About(
        id="saddle",
        label="Saddle",
        summary="Near the saddle the slope is almost zero: who gets away from it, and when?",
        formula=r"f(x) = \tfrac{1}{2} x_1^2 - \tfrac{1}{2} x_2^2 + \tfrac{1}{4} x_2^4",
        source="Dauphin et al. 2014, Identifying and attacking the saddle point problem",
        url="https://arxiv.org/abs/1406.2572",
    )
    minima: ClassVar[tuple[Point, ...]] = ((0.0, 1.0), (0.0, -1.0))
    extent: ClassVar[tuple[Point, Point]] = ((-2.0, 2.0), (-2.0, 2.0))
    start: ClassVar[Point] = (-1.8, 0.001)
    sharpness: ClassVar[float] = 2.0

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        b = x2 * x2
        return x1 * x1 / 2 - b / 2 + b * b / 4

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        return 1 * x1, x2 * (x2 * x2 - 1)
