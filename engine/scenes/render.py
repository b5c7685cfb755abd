"""How does a scene become pixels and an exact mask?

Objects are signed distance functions, in units of the object's radius and negative inside.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.scenes.scene import LUMINANCE, SHAPES, TEXTURES, Scene

FINE = 2  # samples a pixel and side
TOUCHED = 1 / 16  # least covered share of a pixel that counts as touched
BATCH = 256  # pictures drawn at a time, which bounds the memory

# Of the mark: one colour a class, of luminances far enough apart to be told in grey as well
MARKS = torch.tensor(
    [
        [0.05, 0.03, 0.20],
        [0.55, 0.05, 0.10],
        [0.75, 0.20, 0.65],
        [0.20, 0.75, 0.60],
        [1.00, 0.75, 0.20],
        [1.00, 1.00, 0.85],
    ]
)  # luminances 0.06, 0.21, 0.42, 0.57, 0.76, 0.98


def render(scene: Scene, size: int, colour: bool = True) -> tuple[Tensor, Tensor]:
    """Draw the scenes.

    Args:
        scene: N pictures.
        size: pixels a side.
        colour: RGB; otherwise the luminance alone.

    Returns:
        Pictures (N, 3 or 1, size, size) uint8, and masks (N, size, size) bool: the pixels of
        which the visible object covers at least a sixteenth, and no others show any of it.
    """
    parts = [
        _render(scene.take(rows), size, colour) for rows in torch.arange(len(scene)).split(BATCH)
    ]
    images, masks = zip(*parts, strict=True)
    return torch.cat(images), torch.cat(masks)


def mark_side(size: int) -> int:
    """Pixels a side of the mark in the top left corner."""
    return max(2, size // 8)


def _render(scene: Scene, size: int, colour: bool) -> tuple[Tensor, Tensor]:
    samples = (torch.arange(size * FINE) + 0.5) / (size * FINE)  # shares of the side
    y, x = torch.meshgrid(samples, samples, indexing="ij")  # (S, S)
    covered = F.avg_pool2d(_coverage(scene, x, y), FINE)  # (N, H, W)
    covered = covered * (covered >= TOUCHED)
    pattern = F.avg_pool2d(_pattern(scene, x, y), FINE)
    first, second = scene.back[:, 0, :, None, None], scene.back[:, 1, :, None, None]
    image = first + (second - first) * pattern[:, None]  # (N, 3, H, W)
    image += (scene.colour[:, :, None, None] - image) * covered[:, None]
    side = mark_side(size)
    marked = scene.mark >= 0
    image[marked, :, :side, :side] = MARKS[scene.mark[marked]][:, :, None, None]
    mask = covered > 0
    mask[marked, :side, :side] = False  # the mark lies on top
    if not colour:
        image = (image * LUMINANCE[:, None, None]).sum(1, keepdim=True)  # (N, 1, H, W)
    return (image * 255).round().clamp(0, 255).to(torch.uint8), mask


def _coverage(scene: Scene, x: Tensor, y: Tensor) -> Tensor:
    """(N, S, S) in 0..1: how much of each sample the object covers."""
    out = torch.zeros(len(scene), *x.shape)
    for index, name in enumerate(SHAPES):
        rows = (scene.shape == index).nonzero().flatten()
        if len(rows) == 0:
            continue
        cx, cy = scene.centre[rows, :, None, None].unbind(1)  # (n, 1, 1)
        radius, angle = scene.radius[rows, None, None], scene.angle[rows, None, None]
        right, down = (x - cx) / radius, (y - cy) / radius  # (n, S, S) in radii
        u = right * angle.cos() + down * angle.sin()
        v = down * angle.cos() - right * angle.sin()
        distance = DISTANCE[name](u, v) * radius * len(x)  # samples, negative inside
        out[rows] = (0.5 - distance).clamp(0, 1)
    return out


def _polygon(corners: int, inner: float) -> Callable[[Tensor, Tensor], Tensor]:
    """Signed distance to a star of that many points; `inner` is the radius of its valleys.

    Every corner is folded onto one; the edge from its tip (1, 0) to the valley is a straight line.
    """
    half = math.pi / corners
    tip, valley = (1.0, 0.0), (inner * math.cos(half), inner * math.sin(half))
    along = (valley[0] - tip[0], valley[1] - tip[1])
    length = math.hypot(*along)
    normal = (along[1] / length, -along[0] / length)

    def distance(u: Tensor, v: Tensor) -> Tensor:
        folded = (torch.atan2(u, -v) % (2 * half) - half).abs()  # a corner points up at angle 0
        folded = half - folded
        rho = (u * u + v * v).sqrt()
        return (rho * folded.cos() - tip[0]) * normal[0] + rho * folded.sin() * normal[1]

    return distance


def _cross(u: Tensor, v: Tensor) -> Tensor:
    u, v = u.abs(), v.abs()
    arm, reach = 0.3, math.sqrt(1 - 0.3**2)  # the arms' corners lie on the unit circle
    long, short = torch.maximum(u, v), torch.minimum(u, v)
    return torch.maximum(long - reach, short - arm)


DISTANCE: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "circle": lambda u, v: (u * u + v * v).sqrt() - 0.9,
    "square": _polygon(4, math.cos(math.pi / 4)),
    "triangle": _polygon(3, 0.5),
    "cross": _cross,
    "ring": lambda u, v: ((u * u + v * v).sqrt() - 0.76).abs() - 0.2,
    "star": _polygon(5, 0.42),
}


def _pattern(scene: Scene, x: Tensor, y: Tensor) -> Tensor:
    """(N, S, S) in 0..1: where the background is between its two colours."""
    out = torch.empty(len(scene), *x.shape)
    for index, name in enumerate(TEXTURES):
        rows = (scene.texture == index).nonzero().flatten()
        if len(rows) == 0:
            continue
        if name == "clouds":
            coarse, fine = (
                F.interpolate(
                    scene.grain[rows, :, :cells, :cells], x.shape, mode="bicubic"
                ).squeeze(1)
                for cells in (4, 10)
            )
            out[rows] = (1.6 * (0.6 * coarse + 0.4 * fine) - 0.3).clamp(0, 1)
            continue
        turn = scene.turn[rows, None, None]
        u = (x - 0.5) * turn.cos() + (y - 0.5) * turn.sin()  # (n, S, S)
        if name == "gradient":
            out[rows] = (0.5 + u).clamp(0, 1)
            continue
        v = (y - 0.5) * turn.cos() - (x - 0.5) * turn.sin()
        wave = 2 * math.pi * scene.frequency[rows, None, None]
        first, second = scene.phase[rows, :, None, None].unbind(1)
        if name == "stripes":
            out[rows] = (0.5 + 1.5 * (wave * u + first).sin()).clamp(0, 1)
        else:
            half = wave / 2  # a check is as wide as a stripe's period
            both = (half * u + first).sin() * (half * v + second).sin()
            out[rows] = (0.5 + 4 * both).clamp(0, 1)
    return out
