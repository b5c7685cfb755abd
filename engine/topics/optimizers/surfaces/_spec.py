"""What is a test surface, to the engine and to every page?"""

from typing import ClassVar, TypeAlias

import torch
from torch import Tensor

from engine.config import Part
from engine.registry import Registry

Point: TypeAlias = tuple[float, float]


class Surface(Part):
    """A loss of two weights, x = (x₁, x₂), with its gradient in closed form.

    `height` and `partials` take the coordinates apart, so that a batch of points can lie in
    memory one coordinate after the other; `value` and `gradient` take them together.
    """

    minima: ClassVar[tuple[Point, ...]]  # all of those in the extent, to double precision
    extent: ClassVar[tuple[Point, Point]]  # (lowest, highest) x1 and x2 of a picture
    start: ClassVar[Point]  # an instructive one
    sharpness: ClassVar[float]  # largest curvature that a walk from the start meets, about
    noise: float = 0.0  # standard deviation added to each partial derivative that is asked for

    @property
    def written(self) -> str:
        """Its formula as LaTeX."""
        return self.about.formula

    @property
    def curvature(self) -> float:
        """`sharpness`, where a knob decides it too."""
        return self.sharpness

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        """f at points of any shape, without noise."""
        raise NotImplementedError

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        """∂f/∂x₁ and ∂f/∂x₂ at points of any shape, without noise."""
        raise NotImplementedError

    def value(self, x: Tensor) -> Tensor:
        """f(x): (..., 2) to (...)."""
        return self.height(*x.unbind(-1))

    def gradient(self, x: Tensor) -> Tensor:
        """∇f(x): (..., 2) to (..., 2)."""
        return torch.stack(self.partials(*x.unbind(-1)), -1)

    def nearest(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        """The nearest minimum of each point.

        Args:
            x1: any shape.
            x2: same shape.

        Returns:
            Number of the minimum, int64, and Euclidean distance to it; NaN for a point that is
            not finite. Both of the points' shape.
        """
        squares = torch.stack([(x1 - a).square() + (x2 - b).square() for a, b in self.minima])
        least, index = squares.min(0)
        return index, least.sqrt()


SURFACES: Registry[Surface] = Registry("surface")
