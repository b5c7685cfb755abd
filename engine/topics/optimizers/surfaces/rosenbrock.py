"""Rosenbrock's banana: easy to enter, hard to follow."""

from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class Rosenbrock(Surface):
    about: ClassVar[About] = About(
        id="rosenbrock",
        label="Rosenbrock",
        summary="A bent valley with an almost flat floor: found at once, followed slowly.",
        formula=r"f(x) = (1 - x_1)^2 + b\,(x_2 - x_1^2)^2",
        source="Rosenbrock 1960, An automatic method for finding the greatest or least value "
        "of a function",
        url="https://doi.org/10.1093/comjnl/3.3.175",
    )
    minima: ClassVar[tuple[Point, ...]] = ((1.0, 1.0),)
    extent: ClassVar[tuple[Point, Point]] = ((-2.0, 2.0), (-1.0, 3.0))
    start: ClassVar[Point] = (-1.2, 1.0)
    sharpness: ClassVar[float] = 10.0  # of b = 1, along the floor
    steepness: float = knob(
        100.0, "Steepness b", "Of the walls; 100 is the classic.", ge=1, le=1000, log=True
    )

    @property
    def curvature(self) -> float:
        return self.sharpness * self.steepness

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        return (1 - x1).square() + self.steepness * (x2 - x1 * x1).square()

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        wall = 2 * self.steepness * (x2 - x1 * x1)
        return 2 * (x1 - 1 - wall * x1), wall
