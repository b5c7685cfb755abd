"""Himmelblau's function: four equal minima share the plane."""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class Himmelblau(Surface):
    about: ClassVar[About] = About(
        id="himmelblau",
        label="Himmelblau",
        summary="Four minima of equal depth: start and optimizer decide which one is reached.",
        formula=r"f(x) = (x_1^2 + x_2 - 11)^2 + (x_1 + x_2^2 - 7)^2",
        source="Himmelblau 1972, Applied nonlinear programming",
        url="https://en.wikipedia.org/wiki/Himmelblau%27s_function",
    )
    minima: ClassVar[tuple[Point, ...]] = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )
    extent: ClassVar[tuple[Point, Point]] = ((-5.0, 5.0), (-5.0, 5.0))
    start: ClassVar[Point] = (-0.3, -1.2)
    sharpness: ClassVar[float] = 130.0

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        return (x1 * x1 + x2 - 11).square() + (x1 + x2 * x2 - 7).square()

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        a, b = x1 * x1 + x2 - 11, x1 + x2 * x2 - 7
        return 4 * x1 * a + 2 * b, 2 * a + 4 * x2 * b
