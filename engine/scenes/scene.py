"""What is in a picture of one object on a textured background?

A `Scene` holds every decision about a batch of pictures as tensors, and `render` draws it. So
"the same picture with the object elsewhere" is `replace(scene, centre=...)`.
"""

import math
from dataclasses import dataclass, fields, replace

import torch
from torch import Generator, Tensor

from engine.device import generator
from engine.words import said

SHAPES = (
    said("circle"),
    said("square"),
    said("triangle"),
    said("cross"),
    said("ring"),
    said("star"),
)
TEXTURES = ("gradient", "stripes", "checks", "clouds")
LUMINANCE = torch.tensor([0.299, 0.587, 0.114])  # ITU-R BT.601


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """N pictures. Lengths are shares of the picture's side, x to the right and y downwards."""

    shape: Tensor  # (N,) int64 index into SHAPES; -1: no object
    centre: Tensor  # (N, 2) x and y in 0..1
    radius: Tensor  # (N,) of the circle around the object
    angle: Tensor  # (N,) radians, clockwise on the screen
    colour: Tensor  # (N, 3) RGB in 0..1
    texture: Tensor  # (N,) int64 index into TEXTURES
    back: Tensor  # (N, 2, 3) the background's two colours
    frequency: Tensor  # (N,) periods a side
    turn: Tensor  # (N,) radians, of the texture
    phase: Tensor  # (N, 2) radians
    grain: Tensor  # (N, 1, 10, 10) in 0..1: the lattice that clouds are interpolated from
    mark: Tensor  # (N,) int64 index into MARKS; -1: no mark

    def __len__(self) -> int:
        return len(self.shape)

    def take(self, rows: Tensor | list[int]) -> "Scene":
        """The chosen pictures; a row may be chosen many times."""
        return Scene(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})

    def without_object(self) -> "Scene":
        return replace(self, shape=torch.full_like(self.shape, -1))


def compose(
    shape: str,
    *,
    x: float = 0.5,
    y: float = 0.5,
    radius: float = 0.3,
    angle: float = 0.0,
    colour: tuple[float, float, float] = (0.95, 0.75, 0.2),
    texture: str = "stripes",
    back: tuple[tuple[float, float, float], tuple[float, float, float]] = (
        (0.10, 0.22, 0.40),
        (0.20, 0.38, 0.58),
    ),
    frequency: float = 4.0,
    turn: float = 0.6,
    mark: int = -1,
) -> Scene:
    """A scene of one picture in which everything is said. Units are those of `Scene`."""
    lattice = torch.rand(1, 1, 10, 10, generator=generator(0, "data", "shapes", "lattice"))
    return Scene(
        shape=torch.tensor([SHAPES.index(shape)]),
        centre=torch.tensor([[x, y]]),
        radius=torch.tensor([radius]),
        angle=torch.tensor([angle]),
        colour=torch.tensor([colour]),
        texture=torch.tensor([TEXTURES.index(texture)]),
        back=torch.tensor([back]),
        frequency=torch.tensor([frequency]),
        turn=torch.tensor([turn]),
        phase=torch.zeros(1, 2),
        grain=lattice,
        mark=torch.tensor([mark]),
    )


def imagine(shape: Tensor, draw: Generator) -> Scene:
    """Random scenes in which nothing but the shape tells the class.

    Object and background are at least 0.2 apart in luminance, either way round, so that the
    object is visible in colour and in grey.

    Args:
        shape: (N,) int64, index into SHAPES.
        draw: source of randomness.
    """
    n = len(shape)

    def uniform(low: float, high: float, *size: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *size, generator=draw)

    radius = uniform(0.2, 0.36)
    dark = uniform(0, 1) < 0.5  # a dark background under a bright object, or the reverse
    middle, spread = uniform(0.22, 0.36), uniform(0.05, 0.12)
    bright = uniform(0.70, 0.90)
    levels = torch.stack([bright, middle - spread, middle + spread], dim=1)  # (N, 3)
    levels = torch.where(dark[:, None], levels, 1 - levels)
    return Scene(
        shape=shape,
        centre=0.5 + uniform(-1, 1, 2) * (0.48 - radius)[:, None],
        radius=radius,
        angle=uniform(0, 2 * math.pi),
        colour=_with_luminance(uniform(0, 1, 3), levels[:, 0], vivid=0.9),
        texture=torch.randint(len(TEXTURES), (n,), generator=draw),
        back=torch.stack(
            [_with_luminance(uniform(0, 1, 3), levels[:, k], vivid=0.6) for k in (1, 2)], dim=1
        ),
        frequency=uniform(2.5, 6),
        turn=uniform(0, 2 * math.pi),
        phase=uniform(0, 2 * math.pi, 2),
        grain=uniform(0, 1, 1, 10, 10),
        mark=torch.full((n,), -1),
    )


def _with_luminance(colour: Tensor, wanted: Tensor, vivid: float) -> Tensor:
    """(N, 3) colours of the same hues, as vivid as said (0: grey), with the wanted luminance (N,).

    They are stretched to the full range first, then mixed with black or with white.
    """
    colour = colour - colour.amin(1, keepdim=True)
    colour = 1 - vivid + vivid * colour / colour.amax(1, keepdim=True).clamp(min=1e-6)
    now, wanted = (colour @ LUMINANCE)[:, None], wanted[:, None]
    darker = colour * wanted / now
    lighter = 1 - (1 - colour) * (1 - wanted) / (1 - now).clamp(min=1e-6)
    return torch.where(wanted < now, darker, lighter).clamp(0, 1)
