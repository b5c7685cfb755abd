"""The six-hump camel: six minima in pairs, two of them lowest."""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class SixHumpCamel(Surface):
    about: ClassVar[About] = About(
        id="six_hump_camel",
        label="Six-hump camel",
        summary="Six minima in three pairs: the first that is reached is not always the lowest.",
        formula=r"f(x) = \left(4 - 2.1 x_1^2 + \tfrac{1}{3} x_1^4\right) x_1^2 + x_1 x_2 "
        r"+ (4 x_2^2 - 4)\, x_2^2",
        source="Dixon and Szegö 1978, The global optimization problem: an introduction",
        url="https://www.sfu.ca/~ssurjano/camel6.html",
    )
    minima: ClassVar[tuple[Point, ...]] = (  # the two lowest first
        (0.08984201310031807, -0.7126564030207396),
        (-0.08984201310031807, 0.7126564030207396),
        (1.703606714969981, -0.7960835686726252),
        (-1.703606714969981, 0.7960835686726252),
        (1.6071047529201974, 0.5686514548841314),
        (-1.6071047529201974, -0.5686514548841314),
    )
    extent: ClassVar[tuple[Point, Point]] = ((-2.0, 2.0), (-1.2, 1.2))
    start: ClassVar[Point] = (1.1, 0.05)
    sharpness: ClassVar[float] = 20.0

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        a, b = x1 * x1, x2 * x2
        return (4 - 2.1 * a + a * a / 3) * a + x1 * x2 + (4 * b - 4) * b

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        a, b = x1 * x1, x2 * x2
        return x1 * (8 + a * (2 * a - 8.4)) + x2, x1 + x2 * (16 * b - 8)
