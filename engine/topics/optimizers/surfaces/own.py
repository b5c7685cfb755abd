"""A surface that somebody types: what would they do on yours?"""

from functools import lru_cache
from typing import Annotated, ClassVar

import torch
from pydantic import AfterValidator
from torch import Tensor

from engine.config import About, knob
from engine.formulas import Formula, parse
from engine.topics.optimizers.surfaces._spec import SURFACES, Point, Surface

NAMES = ("x", "y")
SIDE, NEWTON, MOST = 41, 80, 60  # starts a side, steps of each, minima that are kept
SAME = 1e-4  # of the picture's width: minima as near as this are one


def _checked(text: str) -> str:
    parse(text, NAMES)
    return text


@SURFACES.register
class Own(Surface):
    about: ClassVar[About] = About(
        id="own",
        label="Your own formula",
        summary="Type f(x, y): slopes, curvature and minima are found from it.",
        formula=r"f(x, y)",
        source="Rall 1981, Automatic differentiation: techniques and applications",
        url="https://doi.org/10.1007/3-540-10861-0",
    )
    formula: Annotated[str, AfterValidator(_checked)] = knob(
        "sin(2*x)*cos(2*y) + (x^2 + y^2)/6",
        "f(x, y)",
        "x is x₁ and y is x₂. + - * / ^, brackets, pi, e, and functions such as sin, exp, log, "
        "sqrt, abs, tanh, max.",
        max_length=300,
    )
    half: float = knob(3.0, "Half width of the picture", ge=0.1, le=50, log=True)

    @property
    def written(self) -> str:
        return f"f(x, y) = {read(self.formula).latex()}"

    @property
    def extent(self) -> tuple[Point, Point]:  # type: ignore[override]
        return (-self.half, self.half), (-self.half, self.half)

    @property
    def start(self) -> Point:  # type: ignore[override]
        return -0.8 * self.half, 0.6 * self.half

    @property
    def minima(self) -> tuple[Point, ...]:  # type: ignore[override]
        return found(self.formula, self.half)[0]

    @property
    def curvature(self) -> float:
        return found(self.formula, self.half)[1]

    def height(self, x1: Tensor, x2: Tensor) -> Tensor:
        return read(self.formula)(x1, x2)

    def partials(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        one, two = read(self.formula).slopes(x1, x2)
        return one, two


@lru_cache(maxsize=64)
def read(text: str) -> Formula:
    return parse(text, NAMES)


@lru_cache(maxsize=64)
@torch.inference_mode(False)
def found(text: str, half: float) -> tuple[tuple[Point, ...], float]:
    """Minima in the picture, the lowest first, and the curvature that a learning rate must bear.

    Damped Newton steps from a grid of starts (Levenberg 1944) end at stationary points; those
    where every curvature is positive are minima. Where there is none, the lowest point of the grid
    stands for one.
    """
    formula, axis = read(text), torch.linspace(-half, half, SIDE, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)  # (SIDE², 2)
    x = grid
    for _ in range(NEWTON):
        slope, bend = second(formula, x)
        values, basis = torch.linalg.eigh(bend)
        along = (basis.mT @ slope[..., None]).squeeze(-1) / (values.abs() + 1e-9)
        step = (basis @ along[..., None]).squeeze(-1)
        length = step.norm(dim=1, keepdim=True).clamp(min=1e-300)
        x = x - step * (half / 20 / length).clamp(max=1)
    slope, bend = second(formula, x)
    still = (slope.abs().amax(1) < 1e-9) & (torch.linalg.eigvalsh(bend)[:, 0] > 1e-9)
    still &= (x.abs() <= half).all(1)
    low = x[still]
    heights = formula(*low.unbind(1))
    kept: list[Tensor] = []
    for point in low[heights.argsort()]:
        if all((point - other).norm() > SAME * half for other in kept) and len(kept) < MOST:
            kept.append(point)
    if not kept:
        kept = [grid[torch.nan_to_num(formula(*grid.unbind(1)), nan=torch.inf).argmin()]]
    _, bends = second(formula, grid)
    sharp = torch.linalg.eigvalsh(bends).abs().amax(1)
    sharp = sharp[sharp > 0]
    sharpest = float(sharp.quantile(0.9)) if len(sharp) else 1.0
    return tuple((float(a), float(b)) for a, b in kept), max(sharpest, 1e-6)


def second(formula: Formula, points: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes (N, 2) and second derivatives (N, 2, 2) of N points (N, 2); 0 where there is none."""
    leaf = points.detach().clone().requires_grad_()
    with torch.enable_grad():
        total = formula(*leaf.unbind(1)).sum()
        if not total.requires_grad:
            return torch.zeros_like(points), points.new_zeros(len(points), 2, 2)
        (slope,) = torch.autograd.grad(total, leaf, create_graph=True)
        if not slope.requires_grad:  # a plane
            return slope, points.new_zeros(len(points), 2, 2)
        rows = [torch.autograd.grad(slope[:, i].sum(), leaf, retain_graph=True)[0] for i in (0, 1)]
    bend = torch.stack(rows, 1)
    bend = torch.nan_to_num((bend + bend.mT) / 2, nan=0.0, posinf=0.0, neginf=0.0)
    return torch.nan_to_num(slope.detach(), nan=0.0, posinf=0.0, neginf=0.0), bend
