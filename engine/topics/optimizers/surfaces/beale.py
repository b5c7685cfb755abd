"""Beale's function: a plateau with one minimum and cliffs at the corners."""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class Beale(Surface):
    about: ClassVar[About] = About(
        id="beale",
        label="Beale",
        summary="Nearly flat in the middle, very steep at the corners: no one step suits both.",
        formula=r"f(x) = (1.5 - x_1 + x_1 x_2)^2 + (2.25 - x_1 + x_1 x_2^2)^2 "
        r"+ (2.625 - x_1 + x_1 x_2^3)^2",
        source="Beale 1958, On an iterative method for finding a local minimum of a function "
        "of more than one variable",
        url="https://www.sfu.ca/~ssurjano/beale.html",
    )
    minima: ClassVar[tuple[Point, ...]] = ((3.0, 0.5),)
    extent: ClassVar[tuple[Point, Point]] = ((-4.5, 4.5), (-4.5, 4.5))
    start: ClassVar[Point] = (1.0, 1.5)
    sharpness: ClassVar[float] = 150.0

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        a, b, c = self._errors(x1, x2)
        return a * a + b * b + c * c

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        a, b, c = self._errors(x1, x2)
        square = x2 * x2
        one = a * (x2 - 1) + b * (square - 1) + c * (square * x2 - 1)
        two = x1 * (a + 2 * b * x2 + 3 * c * square)
        return 2 * one, 2 * two

    def _errors(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        square = x2 * x2
        return (1.5 + x1 * (x2 - 1), 2.25 + x1 * (square - 1), 2.625 + x1 * (square * x2 - 1))
