"""Rastrigin's function: a bowl of 121 holes, one of them the lowest."""

import math
from functools import cache
from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface

REACH = 5  # holes on each side of the middle
TURN = 2 * math.pi


@cache
def hole(k: int) -> float:
    """The minimum near the integer k of x² − 10 cos 2πx, by Newton's method."""
    x = float(k)
    for _ in range(8):
        slope = 2 * x + 10 * TURN * math.sin(TURN * x)
        x -= slope / (2 + 10 * TURN**2 * math.cos(TURN * x))
    return x


@SURFACES.register
class Rastrigin(Surface):
    about: ClassVar[About] = About(
        id="rastrigin",
        label="Rastrigin",
        summary="A hole at each pair of whole numbers, the deepest at zero: most walks end early.",
        formula=r"f(x) = 20 + \sum_{i=1}^{2} \left(x_i^2 - 10 \cos 2\pi x_i\right)",
        source="Rastrigin 1974, Systems of extremal control",
        url="https://www.sfu.ca/~ssurjano/rastr.html",
    )
    minima: ClassVar[tuple[Point, ...]] = tuple(
        (hole(k1), hole(k2)) for k2 in range(-REACH, REACH + 1) for k1 in range(-REACH, REACH + 1)
    )
    extent: ClassVar[tuple[Point, Point]] = ((-5.12, 5.12), (-5.12, 5.12))
    start: ClassVar[Point] = (-3.4, 2.6)
    sharpness: ClassVar[float] = 400.0

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        return (x1 * x1 - 10 * (TURN * x1).cos()) + (x2 * x2 - 10 * (TURN * x2).cos()) + 20

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        return (2 * x1 + 10 * TURN * (TURN * x1).sin(), 2 * x2 + 10 * TURN * (TURN * x2).sin())

    def nearest(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        holes = x1.new_tensor([hole(k) for k in range(-REACH, REACH + 1)])
        # The holes lie nearer to zero than their integers, by a factor that hardly changes.
        k1, k2 = (
            (x / hole(1)).nan_to_num().round().clamp(-REACH, REACH).long() + REACH for x in (x1, x2)
        )
        return k2 * (2 * REACH + 1) + k1, (x1 - holes[k1]).hypot(x2 - holes[k2])
