"""A quadratic bowl: where everything about gradient descent can be said in closed form."""

import math
from typing import ClassVar

from torch import Tensor

from engine.config import About, knob
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface


@SURFACES.register
class Bowl(Surface):
    about: ClassVar[About] = About(
        id="bowl",
        label="Quadratic bowl",
        summary="Curvature 1 along one axis and κ along the other; steps are stable up to 2/κ.",
        formula=r"f(x) = \tfrac{1}{2}\left(u_1^2 + \kappa\, u_2^2\right), \quad "
        r"u = \begin{pmatrix} \cos\varphi & \sin\varphi \\ -\sin\varphi & \cos\varphi "
        r"\end{pmatrix} x",
        source="Goh 2017, Why momentum really works",
        url="https://distill.pub/2017/momentum/",
    )
    minima: ClassVar[tuple[Point, ...]] = ((0.0, 0.0),)
    extent: ClassVar[tuple[Point, Point]] = ((-3.0, 3.0), (-3.0, 3.0))
    start: ClassVar[Point] = (-2.5, 1.2)
    sharpness: ClassVar[float] = 1.0
    condition: float = knob(
        10.0, "Condition number κ", "Largest curvature over smallest.", ge=1, le=1000, log=True
    )
    rotation: float = knob(
        0.0,
        "Rotation φ",
        "Turns the axes of the bowl away from those of the weights.",
        ge=0,
        le=90,
        step=1,
        unit="degrees",
    )

    @property
    def curvature(self) -> float:
        return self.condition

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        u1, u2 = self._turned(x1, x2)
        return (u1 * u1 + self.condition * u2 * u2) / 2

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        # The Hessian is constant: a, b on its diagonal and c beside it.
        cos, sin = self._angle()
        a = cos * cos + self.condition * sin * sin
        b = sin * sin + self.condition * cos * cos
        c = (1 - self.condition) * cos * sin
        return a * x1 + c * x2, c * x1 + b * x2

    def _turned(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        cos, sin = self._angle()
        return cos * x1 + sin * x2, cos * x2 - sin * x1

    def _angle(self) -> Point:
        angle = math.radians(self.rotation)
        return math.cos(angle), math.sin(angle)
