"""A plateau: one hole in a plane that tells nothing of it."""

from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class Plateau(Surface):
    about: ClassVar[About] = About(
        id="plateau",
        label="Plateau",
        summary="Far from the hole the slope is nearly zero; only its direction is left.",
        formula=r"f(x) = 1 - \exp\left(-\frac{x_1^2 + x_2^2}{2 s^2}\right)",
        source="The vanishing slope of Hochreiter 1991, drawn in two dimensions",
        url="https://people.idsia.ch/~juergen/SeppHochreiter1991ThesisAdvisorSchmidhuber.pdf",
    )
    minima: ClassVar[tuple[Point, ...]] = ((0.0, 0.0),)
    extent: ClassVar[tuple[Point, Point]] = ((-4.0, 4.0), (-4.0, 4.0))
    start: ClassVar[Point] = (-3.0, 1.5)
    sharpness: ClassVar[float] = 1.0
    width: float = knob(
        1.0, "Width s", "Of the hole; smaller is flatter outside.", ge=0.5, le=3, step=0.1
    )

    @property
    def curvature(self) -> float:
        return self.sharpness / self.width**2

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        return -((x1 * x1 + x2 * x2) / (-2 * self.width**2)).expm1()

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        hole = ((x1 * x1 + x2 * x2) / (-2 * self.width**2)).exp() / self.width**2
        return x1 * hole, x2 * hole
