"""Why the gradient? The best step of a given length, when all that is known is the slope.

Near a point the surface is taken for its tangent plane, f(x + d) ≈ f(x) + g·d. Of all steps of
length ρ the one that lowers it most depends on how length is measured:

    min over ‖d‖ = ρ of g·d = −ρ ‖g‖∗,   reached at
    L2: d = −ρ g / ‖g‖₂;   L1: only the coordinate of the largest |gᵢ|;   L∞: d = −ρ sign(g)

with the dual norm ‖g‖∗: L2, L∞, L1. Source: Boyd and Vandenberghe 2004, Convex optimization,
section 9.4, eq. 9.23 to 9.25.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import AfterValidator

from engine.config import Config, knob
from engine.topics.optimizers.surfaces import SURFACES, Surface
from engine.topics.optimizers.walks.walk import point as place_of

Norm = Literal["l2", "l1", "linf"]
NORMS: tuple[Norm, ...] = get_args(Norm)
DUAL: dict[Norm, Norm] = {"l2": "l2", "l1": "linf", "linf": "l1"}
BOUNDARY = 100_000  # places on the boundary of a ball that are tried
LENGTHS = np.logspace(-4, 1, 101)  # of the remainder
ORDER = (1e-4, 1e-3)  # lengths over which its order is measured
RAY = 4000  # places along a step's direction at which it is asked whether the surface rises
FLAT = 1e-9  # a slope below has no direction
STRAIGHT = 1e-3  # a curvature below this share of the slope leaves no second order

Floats = NDArray[np.float64]


class FirstOrder(Config):
    """A point of a surface, a length, and how length is measured."""

    surface: Annotated[Surface, SURFACES.field()] = knob(
        SURFACES["rosenbrock"](), "Surface", "What is made smaller."
    )
    point: Annotated[tuple[float, ...], AfterValidator(place_of)] = knob(
        (), "Point", "x1 and x2; empty: the surface's own start. Or click the map.", max_length=2
    )
    length: float = knob(
        0.3, "Length ρ", "Of the step, in the norm below.", ge=1e-3, le=10, log=True
    )
    norm: Norm = knob(
        "l2",
        "Length is measured by",
        "L2: the root of the sum of squares; L1: the sum of absolute values; L∞: the largest one.",
        options={"l2": "L2", "l1": "L1", "linf": "L∞"},
    )

    @property
    def at(self) -> tuple[float, float]:
        """The point, or the surface's own."""
        x1, x2 = self.point or self.surface.start
        return x1, x2


@dataclass(frozen=True, slots=True)
class Best:
    """The best step in one norm."""

    step: Floats  # (2,) d
    multiplier: float  # λ of g + λ s = 0 with s a subgradient of the norm at d: ‖g‖∗
    subgradient: Floats  # (2,) s = −g / λ
    stationary: float  # what is off in ‖s‖∗ = 1 and s·d = ρ, both of 1
    model: float  # change of f that the tangent plane promises
    real: float  # change of f
    brute: float  # how far the best of all tried places is above the closed form, share of it
    curvature: float  # of f along the step, for a step of length 1 in its norm
    remainder: Floats  # (LENGTHS,) f(x + tu) − f(x) − t g·u
    order: float  # slope of log |remainder| over log t between `ORDER`; NaN: there is none
    rises: float  # length from which on the surface is above f(x); infinite: not in reach
    half: float  # length at which it falls half as much as promised; infinite: not in reach


@dataclass(frozen=True, slots=True)
class Looked:
    """What the first order says at a point."""

    point: Floats  # (2,)
    value: float
    gradient: Floats  # (2,)
    autograd: float  # largest difference of the gradient to autograd's
    best: dict[Norm, Best]  # empty: there is no slope


def norm_of(x: Floats, norm: Norm) -> Any:
    """‖x‖ along the last axis."""
    size = np.abs(x)
    if norm == "l2":
        return np.sqrt((size**2).sum(-1))
    return size.sum(-1) if norm == "l1" else size.max(-1)


@cache
def boundary(norm: Norm, count: int = BOUNDARY) -> Floats:
    """(count, 2) places of length 1: directions all round, each divided by its length."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    around = np.stack([np.cos(turn), np.sin(turn)], -1)
    return np.asarray(around / norm_of(around, norm)[:, None])


def direction(gradient: Floats, norm: Norm) -> Floats:
    """(2,) of length 1 in the norm: where g·u is least. Of equal coordinates the first one."""
    if norm == "l2":
        return -gradient / norm_of(gradient, "l2")
    if norm == "linf":
        return -np.sign(gradient)
    found = np.zeros_like(gradient)
    largest = int(np.abs(gradient).argmax())
    found[largest] = -np.sign(gradient[largest])
    return found


def look(config: FirstOrder) -> Looked:
    """Gradient, best steps, and how long the model of first order is true."""
    surface = config.surface
    x = torch.tensor(config.at, dtype=torch.float64)
    gradient = surface.gradient(x).numpy()
    slope, bend = derivatives(surface, x)
    value = float(surface.value(x))
    best = {}
    if np.isfinite(gradient).all() and norm_of(gradient, "l2") > FLAT:
        for norm in NORMS:
            best[norm] = _best(config, x, gradient, bend, norm)
    return Looked(x.numpy(), value, gradient, float(np.abs(gradient - slope).max()), best)


def derivatives(surface: Surface, x: torch.Tensor) -> tuple[Floats, Floats]:
    """(2,) gradient and (2, 2) Hessian at x (2,), both by autograd of the height."""

    def height(at: torch.Tensor) -> torch.Tensor:
        return surface.value(at) + 0 * at.sum()  # of a plane, too, something depends on x

    with torch.inference_mode(False), torch.enable_grad():
        leaf = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(height(leaf), leaf, create_graph=True)
        rows = []
        for part in slope:
            row = None
            if part.requires_grad:
                (row,) = torch.autograd.grad(part, leaf, retain_graph=True, allow_unused=True)
            rows.append(torch.zeros_like(x) if row is None else row)
    return slope.detach().numpy(), torch.stack(rows).detach().numpy()


def _best(config: FirstOrder, x: torch.Tensor, g: Floats, bend: Floats, norm: Norm) -> Best:
    surface, length = config.surface, config.length
    unit = direction(g, norm)
    multiplier = float(norm_of(g, DUAL[norm]))
    s = -g / multiplier
    slope = float(g @ unit)
    tried = float((boundary(norm) @ g).min())

    def change(lengths: Floats) -> Floats:
        t = torch.from_numpy(np.asarray(lengths, np.float64))[:, None]
        found = surface.value(x + t * torch.from_numpy(unit)) - surface.value(x)
        return np.asarray(found.numpy())

    remainder = change(LENGTHS) - LENGTHS * slope
    curvature = float(unit @ bend @ unit)
    within = (ORDER[0] * 0.999 <= LENGTHS) & (ORDER[1] * 1.001 >= LENGTHS)
    order = np.nan
    if abs(curvature) > STRAIGHT * multiplier and (remainder[within] != 0).all():
        logs = np.log10(LENGTHS[within]), np.log10(np.abs(remainder[within]))
        order = float(np.polyfit(*logs, 1)[0])
    (left, right), (low, high) = surface.extent
    ray = np.linspace(0, 2 * np.hypot(right - left, high - low), RAY + 1)[1:]
    return Best(
        step=length * unit,
        multiplier=multiplier,
        subgradient=s,
        stationary=max(abs(float(norm_of(s, DUAL[norm])) - 1), abs(float(s @ unit) - 1)),
        model=length * slope,
        real=float(change(np.array([length]))[0]),
        brute=(tried - slope) / abs(slope),
        curvature=curvature,
        remainder=remainder,
        order=order,
        rises=_first(ray, change, 0.0),
        half=_first(ray, lambda t: change(t) - t * slope / 2, 0.0),
    )


def _first(ray: Floats, height: Any, level: float) -> float:
    """The first length at which a height along a ray is above a level, by bisection."""
    ray = np.concatenate([np.logspace(-6, np.log10(ray[0]), 60)[:-1], ray])
    above = np.flatnonzero(height(ray) > level)
    if not len(above):
        return np.inf
    place = int(above[0])
    low, high = (ray[place - 1] if place else 0.0), ray[place]
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if height(np.array([middle]))[0] > level else (middle, high)
    return float(high)


def profile(config: FirstOrder, norm: Norm, reach: float, count: int = 161) -> tuple[Floats, ...]:
    """Lengths t, the surface's change f(x + tu) − f(x), and t g·u, along the best direction."""
    x = torch.tensor(config.at, dtype=torch.float64)
    gradient = config.surface.gradient(x).numpy()
    unit = direction(gradient, norm)
    t = np.linspace(0, reach, count)
    places = x + torch.from_numpy(t)[:, None] * torch.from_numpy(unit)
    change = (config.surface.value(places) - config.surface.value(x)).numpy()
    return t, change, t * float(gradient @ unit)


def around(config: FirstOrder, half: float, side: int = 61) -> tuple[Floats, Floats, Floats]:
    """x1 (side,), x2 (side,) and f − f(x) (side, side) on a square about the point."""
    one, two = (np.linspace(c - half, c + half, side) for c in config.at)
    a, b = torch.meshgrid(torch.from_numpy(one), torch.from_numpy(two), indexing="xy")
    here = config.surface.value(torch.tensor(config.at, dtype=torch.float64))
    return one, two, (config.surface.height(a, b) - here).numpy()
