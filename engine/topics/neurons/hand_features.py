"""What would a person measure in a picture, to tell shapes apart? Numbers by formula, none learned.

Three sets, each with all of the one before: colours alone; edges and symmetries; and, for whoever
knows that the classes are shapes, numbers of the object's outline.
"""

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.scenes.scene import LUMINANCE
from engine.words import said

Floats = NDArray[np.float64]
GREYS, SHADES = 8, 4  # bins of the grey histogram; of each channel's
EDGE = 0.25  # length of a Sobel slope, grey levels a pixel, from which on a pixel is an edge
FOLDS = (3, 4, 5)  # corners that are looked for round the middle
LEVELS = 64  # thresholds that Otsu's method tries
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8

COLOUR = (
    *(said("mean red"), said("mean green"), said("mean blue"), said("spread of grey values")),
    *(f"grey {i + 1}/{GREYS}" for i in range(GREYS)),
    *(f"{name} {i + 1}/{SHADES}" for name in ("red", "green", "blue") for i in range(SHADES)),
)
EDGES = (
    said("edge density"),
    said("mean slope"),
    said("left-right symmetry"),
    said("up-down symmetry"),
)
SHAPE = (
    said("area of the object"),
    said("fill of its circle"),
    said("inner radius"),
    said("filled middle"),
    said("roughness of the outline"),
    *(f"{k} corners" for k in FOLDS),
)
SETS: dict[str, int] = {
    "colour": len(COLOUR),
    "edges": len(COLOUR + EDGES),
    "shape": len(COLOUR + EDGES + SHAPE),
}
NAMES = COLOUR + EDGES + SHAPE


def features(x: Tensor, upto: str = "shape") -> Floats:
    """(N, F) of pictures (N, 3, H, W) in 0..1, in the order of `NAMES`, up to those of a set."""
    grey = greys(x)
    parts = [colours(x, grey)]
    if upto != "colour":
        parts.append(edges(grey))
    if upto == "shape":
        parts.append(outlines(objects(grey)))
    return np.concatenate(parts, axis=1)


def greys(x: Tensor) -> Tensor:
    """(N, H, W) luminance in 0..1."""
    return (x * LUMINANCE[:, None, None]).sum(1)


def colours(x: Tensor, grey: Tensor) -> Floats:
    """(N, 24): channel means, deviation of grey, shares of pixels in each bin."""
    parts = [x.mean((2, 3)), grey.flatten(1).std(1, correction=0)[:, None]]
    parts += [_histogram(grey, GREYS)]
    parts += [_histogram(x[:, channel], SHADES) for channel in range(3)]
    return torch.cat(parts, 1).double().numpy()


def _histogram(values: Tensor, bins: int) -> Tensor:
    """(N, bins) shares of the pixels of (N, H, W)."""
    place = (values.flatten(1) * bins).long().clamp(0, bins - 1)
    return F.one_hot(place, bins).float().mean(1)


def slopes(grey: Tensor) -> Tensor:
    """(N, H, W) length of Sobel's slope, grey levels a pixel; the border is repeated."""
    kernels = torch.stack([SOBEL, SOBEL.T])[:, None]
    padded = F.pad(grey[:, None], (1, 1, 1, 1), mode="replicate")
    return F.conv2d(padded, kernels).square().sum(1).sqrt()


def edges(grey: Tensor) -> Floats:
    """(N, 4): share of edge pixels, mean slope, and 1 − mean |difference| to each mirror image."""
    slope = slopes(grey)
    mirrored = [1 - (grey - grey.flip(axis)).abs().mean((1, 2)) for axis in (2, 1)]
    parts = [(slope > EDGE).float().mean((1, 2)), slope.mean((1, 2)), *mirrored]
    return torch.stack(parts, 1).double().numpy()


def otsu(grey: Tensor) -> Tensor:
    """(N,) the threshold that parts the grey values into two sides of least variance.

    It makes $w_0w_1(\\mu_0-\\mu_1)^2$ largest, the variance between both sides.

    Source: Otsu 1979, A threshold selection method from gray-level histograms, eq. 14 and 18.
    """
    counts = _histogram(grey, LEVELS).double()  # (N, L)
    middles = (torch.arange(LEVELS, dtype=torch.float64) + 0.5) / LEVELS
    low = counts.cumsum(1)
    mass = (counts * middles).cumsum(1)
    high, rest = 1 - low, mass[:, -1:] - mass
    gap = mass / low.clamp(min=1e-12) - rest / high.clamp(min=1e-12)
    between = low * high * gap.square()
    return (between[:, :-1].argmax(1) + 1).double() / LEVELS


def objects(grey: Tensor) -> NDArray[np.bool_]:
    """(N, H, W) the side of Otsu's threshold that has less of the border: the object, one hopes."""
    over = grey >= otsu(grey).float()[:, None, None]
    ring = torch.ones_like(over[0])
    ring[1:-1, 1:-1] = False
    outside = over[:, ring].float().mean(1) > 0.5  # the bright side is the ground
    return np.asarray((over ^ outside[:, None, None]).numpy())


def outlines(masks: NDArray[np.bool_]) -> Floats:
    """(N, 8) of objects (N, H, W): area, how much of the circle about it is filled, the radius of
    the largest disc about the middle without a gap, whether the middle itself is filled, how long
    the outline is for the area, and how the area gathers at 3, 4 and 5 corners. The circle leaves
    out the farthest pixels, two of a thousand of the picture: single ones are often noise."""
    n, height, width = masks.shape
    mass = masks.astype(np.float64)
    area = np.maximum(mass.sum((1, 2)), 1)
    rows, columns = np.arange(height)[:, None], np.arange(width)[None]
    y = (mass * rows).sum((1, 2)) / area
    x = (mass * columns).sum((1, 2)) / area
    down, right = rows - y[:, None, None], columns - x[:, None, None]
    far = np.hypot(down, right)  # (N, H, W) pixels from the middle
    reach = np.quantile(np.where(masks, far, 0).reshape(n, -1), 0.998, axis=1) + 0.5
    near = far < 0.25 * reach[:, None, None]
    middle = (mass * near).sum((1, 2)) / np.maximum(near.sum((1, 2)), 1)
    inner = np.minimum(np.where(masks, np.inf, far).min((1, 2)), reach) / reach
    across = np.abs(np.diff(mass, axis=2)).sum((1, 2)) + np.abs(np.diff(mass, axis=1)).sum((1, 2))
    rough = across**2 / (16 * area)  # 1 of a square that stands upright
    angle = np.arctan2(down, right)
    outer = mass * (far > 0.5 * reach[:, None, None])
    whole = np.maximum(outer.sum((1, 2)), 1)
    folds = [np.abs((outer * np.exp(1j * k * angle)).sum((1, 2))) / whole for k in FOLDS]
    fill = area / (np.pi * reach**2)
    return np.stack([area / (height * width), fill, inner, middle, rough, *folds], axis=1)


@cache
def place(name: str) -> int:
    """Column of a feature."""
    return NAMES.index(name)


def ruled(found: Floats) -> NDArray[np.int64]:
    """(N,) class of each row of `features`, by rules that a person wrote: number in `SHAPES`.

    The thresholds are read off the shapes' own geometry. Of the circle about it a square fills
    2/π = 0.64, a cross 0.61, a triangle 0.41 and a star 0.39, and each a little more on a grid of
    pixels and without its farthest ones; the largest disc in a square has 0.71 of that radius, the
    one in a cross 0.42. Who wrote them has never seen a labelled picture.
    """
    fill, inner = found[:, place("fill of its circle")], found[:, place("inner radius")]
    three, five = (found[:, place(f"{k} corners")] for k in (3, 5))
    pointed = np.where(three > five, 2, 5)  # triangle or star
    broad = np.where(inner > 0.6, 1, 3)  # square or cross
    kind = np.where(fill > 0.82, 0, np.where(fill > 0.57, broad, pointed))
    return np.where(found[:, place("filled middle")] < 0.5, 4, kind).astype(np.int64)


RULES = (
    said("Is the middle empty? A ring."),
    said("Does it fill more than 0.82 of the circle about it? A circle."),
    said("More than 0.57 of it, and a disc of more than 0.6 of that radius fits in? A square."),
    said("More than 0.57, and no such disc? A cross."),
    said("Otherwise: does it gather at 3 corners rather than at 5? A triangle, else a star."),
)
