"""Images with bright and dark squares and rectangles: how many squares are there?"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.config import Config, knob
from engine.device import generator

TRIES = 30  # places tried for an object; then it is left out, and not counted
SQUARES = {"one": ((5, 5),), "several": ((3, 3), (4, 4), (5, 5))}  # (height, width) in pixels
RECTANGLES = {
    "one": ((3, 7), (7, 3)),
    "several": ((3, 5), (5, 3), (2, 6), (6, 2), (3, 6), (6, 3), (4, 7), (7, 4)),
}


class ImagesConfig(Config):
    """What is drawn: each object +1 or −1 on a background of 0, and no two touch."""

    side: int = knob(24, "Side", "Of an image.", ge=12, le=32, unit="pixels", more=True)
    most: int = knob(3, "Objects", "At most so many squares, and rectangles.", ge=1, le=6)
    sizes: Literal["one", "several"] = knob(
        "one",
        "Sizes",
        "Squares of 5 by 5 among rectangles of 3 by 7, or both of several sizes.",
        options={"one": "one", "several": "several"},
    )
    signs: Literal["both", "positive"] = knob(
        "both", "Squares are", options={"both": "bright and dark", "positive": "bright only"}
    )
    examples: int = knob(1000, "Images", "To learn from.", ge=100, le=2000, log=True, more=True)
    seed: int = knob(0, "Data seed", ge=0, le=2**31 - 1, more=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Images:
    """N images. Shared: read the tensors, do not write to them."""

    x: Tensor  # (N, side, side) float32: −1, 0 or 1
    squares: Tensor  # (N,) float32: the number to learn
    rectangles: Tensor  # (N,) float32: the number to ignore


@lru_cache(8)
def images(config: ImagesConfig, part: Literal["train", "test"] = "train") -> Images:
    """The images of one part; the test part has 300.

    The numbers of squares and of rectangles are drawn apart, each from 0 to `most` alike; an
    object's sign and its place are fair, too. So the sum of an image says nothing of the count
    where both signs occur.
    """
    count = config.examples if part == "train" else 300
    draw = generator(config.seed, "squares", part)
    wanted = torch.randint(0, config.most + 1, (count, 2), generator=draw).numpy()
    chance = torch.rand(count, 2 * config.most, 2 + 2 * TRIES, generator=draw).numpy()
    x = np.zeros((count, config.side, config.side), np.float32)
    placed = np.zeros((count, 2), np.float32)
    shapes = SQUARES[config.sizes], RECTANGLES[config.sizes]
    for i in range(count):
        kinds = [0] * wanted[i, 0] + [1] * wanted[i, 1]
        for which, kind in enumerate(kinds):
            u = chance[i, which]
            height, width = shapes[kind][int(u[0] * len(shapes[kind]))]
            sign = -1.0 if config.signs == "both" and u[1] < 0.5 else 1.0
            placed[i, kind] += _place(x[i], height, width, sign, u[2:])
    return Images(
        x=torch.from_numpy(x),
        squares=torch.from_numpy(placed[:, 0].copy()),
        rectangles=torch.from_numpy(placed[:, 1].copy()),
    )


def _place(
    image: NDArray[np.float32], height: int, width: int, sign: float, u: NDArray[np.float32]
) -> bool:
    """Draw one object where it touches no other; False where no such place was found."""
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    for down, right in u.reshape(-1, 2):
        top, left = int(down * rows), int(right * columns)
        around = image[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
        if not around.any():
            image[top : top + height, left : left + width] = sign
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bags:
    """Images as bags of patches. Almost all windows of such images are alike, mostly empty, and a
    sum over positions does not ask where they are: so each kind of window is computed once."""

    patches: Tensor  # (U, k · k) float32: every different window
    train: Tensor  # (N, U) float32: how often it occurs in each image
    test: Tensor  # (M, U)


@lru_cache(4)
def bags(config: ImagesConfig, k: int) -> Bags:
    """All k by k windows around every pixel, with zeros beyond the border."""
    parts = [images(config, "train").x, images(config, "test").x]
    size = [len(part) for part in parts]
    windows = torch.nn.functional.unfold(torch.cat(parts)[:, None], k, padding=k // 2)
    windows = windows.transpose(1, 2).to(torch.int64)  # (N + M, side², k²)
    # 64 random bits a pixel: two different windows share a number with probability 2⁻⁶⁴.
    code = torch.randint(-(2**62), 2**62, (k * k,), generator=generator(0, "squares", "code"))
    _, kind = (windows * (2 * code + 1)).sum(-1).flatten().unique(return_inverse=True)
    kinds = int(kind.max()) + 1
    image = torch.arange(sum(size)).repeat_interleave(windows.shape[1])
    counts = torch.bincount(image * kinds + kind, minlength=sum(size) * kinds)
    counts = counts.reshape(-1, kinds).float()  # (N + M, U)
    patches = torch.zeros(kinds, k * k)
    patches[kind] = windows.flatten(0, 1).float()  # equal rows where an index occurs again
    train, test = counts.split(size)
    return Bags(patches=patches, train=train, test=test)
