"""Which points of two classes lie on the plane: prepared ones, or those that somebody put there?"""

from typing import Annotated, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field

from engine.config import Config, knob
from engine.device import generator

Floats: TypeAlias = NDArray[np.float64]
REACH, MOST = 2, 60  # how far the axes go each way, and how many points somebody may put
Hundredths: TypeAlias = Annotated[int, Field(ge=-100 * REACH, le=100 * REACH)]
Placed: TypeAlias = tuple[Hundredths, Hundredths, Annotated[int, Field(ge=0, le=1)]]
CORNERS = ((-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0))  # −1 is false, 1 is true
TRUE = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
GAPS = {"separable": 0.25, "narrow": 0.03, "overlapping": -0.35}  # half of the strip between both
SLANT = (0.6, 0.8)  # across the strip
SHIFT = 0.3  # of the strip, off the origin


class Plane(Config):
    """Points of class 0 and class 1."""

    preset: Literal["separable", "narrow", "touching", "overlapping", "and", "or", "xor", "own"] = (
        knob(
            "separable",
            "Points",
            "Prepared points; those that you move, add or delete are your own.",
            options={
                "separable": "a wide gap",
                "narrow": "a narrow gap",
                "touching": "touching",
                "overlapping": "overlapping",
                "and": "AND",
                "or": "OR",
                "xor": "XOR",
                "own": "your own",
            },
        )
    )
    own: tuple[Placed, ...] = Field((), max_length=MOST)
    """x1 and x2 in hundredths, and the class."""
    count: int = knob(12, "Points of each class", "Of those that are drawn at random.", ge=1, le=30)
    seed: int = knob(0, "Seed", "Of the points that are drawn at random.", ge=0, le=999, more=True)


def placed(plane: Plane) -> tuple[Placed, ...]:
    """The points as somebody could have put them: on a grid of hundredths."""
    if plane.preset == "own":
        return plane.own
    if plane.preset in TRUE:
        both = zip(CORNERS, TRUE[plane.preset], strict=True)
        return tuple((round(100 * a), round(100 * b), kind) for (a, b), kind in both)
    if plane.preset == "touching":  # the point of class 0 lies between two of class 1
        return ((-100, 100, 1), (100, -100, 1), (0, 0, 0), (100, 100, 1), (-100, -100, 0))
    return _strips(plane)


def _strips(plane: Plane) -> tuple[Placed, ...]:
    """Uniform on both sides of a slanted strip; where its width is below zero both mix in it."""
    return _drawn(plane.preset, plane.count, plane.seed, "points")


def unseen(preset: str, count: int, seed: int) -> tuple[Placed, ...]:
    """So many further points of each class of a preset that is drawn."""
    return _drawn(preset, count, seed, "unseen")


def _drawn(preset: str, count: int, seed: int, purpose: str) -> tuple[Placed, ...]:
    source = generator(seed, "neurons", purpose)
    normal, gap = np.array(SLANT), GAPS[preset]
    found: list[Placed] = []
    left = {0: count, 1: count}
    while any(left.values()):
        point = (3.4 * torch.rand(2, generator=source, dtype=torch.float64) - 1.7).numpy()
        across = float(point @ normal) - SHIFT
        coin = int(torch.randint(2, (), generator=source))
        kind = coin if gap < 0 and abs(across) < -gap else int(across > 0)
        if left[kind] and (gap < 0 or gap < abs(across)) and abs(across) < 1.2:
            left[kind] -= 1
            found.append((round(100 * point[0]), round(100 * point[1]), kind))
    return tuple(found)


def arrays(points: tuple[Placed, ...]) -> tuple[Floats, NDArray[np.int64]]:
    """(N, 2) coordinates and (N,) classes."""
    rows = np.array(points, dtype=np.int64).reshape(-1, 3)
    return rows[:, :2] / 100, rows[:, 2]
