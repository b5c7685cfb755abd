"""A monkey saddle: three ways down, two for the legs and one for the tail."""

import math
from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class MonkeySaddle(Surface):
    """The cubic alone would fall for ever; a fourth power ends it in three minima.

    In polar coordinates f = r³ cos 3θ + ¾ r⁴, lowest at r = 1 where cos 3θ = −1.
    """

    about: ClassVar[About] = About(
        id="monkey_saddle",
        label="Monkey saddle",
        summary="At the centre slope and curvature are both zero, and three valleys lead away.",
        formula=r"f(x) = x_1^3 - 3 x_1 x_2^2 + \tfrac{3}{4}\left(x_1^2 + x_2^2\right)^2",
        source="Hilbert and Cohn-Vossen 1932, Anschauliche Geometrie",
        url="https://en.wikipedia.org/wiki/Monkey_saddle",
    )
    minima: ClassVar[tuple[Point, ...]] = (
        (-1.0, 0.0),
        (0.5, math.sqrt(3) / 2),
        (0.5, -math.sqrt(3) / 2),
    )
    extent: ClassVar[tuple[Point, Point]] = ((-1.8, 1.8), (-1.8, 1.8))
    start: ClassVar[Point] = (1.5, 0.02)
    sharpness: ClassVar[float] = 30.0

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        a, b = x1 * x1, x2 * x2
        return x1 * (a - 3 * b) + 0.75 * (a + b).square()

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        a, b = x1 * x1, x2 * x2
        wall = 3 * (a + b)
        return 3 * (a - b) + wall * x1, x2 * (wall - 6 * x1)
