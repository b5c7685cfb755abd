"""A ravine that bends: steep walls across, a gentle slope along."""

from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class Ravine(Surface):
    about: ClassVar[About] = About(
        id="ravine",
        label="Ravine",
        summary="Steep walls around a winding floor: plain steps zig-zag or creep.",
        formula=r"f(x) = \tfrac{k}{2}\,(x_2 - \sin x_1)^2 + \tfrac{1}{10}\, x_1^2",
        source="The shape after Sutton 1986, Two problems with back propagation and other "
        "steepest descent learning procedures for networks",
        url="https://www.incompleteideas.net/papers/sutton-86.pdf",
    )
    minima: ClassVar[tuple[Point, ...]] = ((0.0, 0.0),)
    extent: ClassVar[tuple[Point, Point]] = ((-5.0, 5.0), (-3.0, 3.0))
    start: ClassVar[Point] = (-4.5, 2.4)
    sharpness: ClassVar[float] = 2.0  # of a wall of steepness 1: its slope to both sides adds
    steepness: float = knob(
        10.0, "Steepness k", "Curvature across the ravine.", ge=1, le=1000, log=True
    )

    @property
    def curvature(self) -> float:
        return self.sharpness * self.steepness

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        return self.steepness / 2 * (x2 - x1.sin()).square() + x1 * x1 / 10

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        wall = self.steepness * (x2 - x1.sin())
        return x1 / 5 - wall * x1.cos(), wall
