"""On which pictures are explanations scored? Objects on textures, whose masks are known.

With one object a picture, it is the most contrasting thing there, and an edge detector finds it as
well as any method. With two, of two shapes and one colour, only what asks the network can tell
which of them speaks for the class.
"""

from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from engine.data._render import render
from engine.data._scene import SHAPES, Scene, imagine
from engine.data.shapes import Shapes
from engine.device import generator
from engine.explain.classifiers import Classifier

Pictures = Literal["pairs", "single"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Pictures whose class and evidence are known."""

    x: Tensor  # (N, C, H, W) as the network takes them
    target: Tensor  # (N,) int64 the class to be explained: of the object in `masks`
    masks: Tensor  # (N, H, W) bool
    pictures: Tensor  # (N, C, H, W) float32 in 0..1
    kept: float  # share of what was drawn that the network understands, in 0..1

    def rows(self, low: int, high: int, device: torch.device) -> "Drawn":
        """Some of them, on a device."""
        parts = (getattr(self, name)[low:high] for name in ("x", "target", "masks", "pictures"))
        x, target, masks, pictures = (part.to(device) for part in parts)
        return replace(self, x=x, target=target, masks=masks, pictures=pictures)


def shapes_of(of: Classifier) -> Shapes:
    """The data of a network that tells shapes apart.

    Raises:
        ValueError: it learned something else, where the evidence is not known.
    """
    data = of.config.data if of.config else None
    if not isinstance(data, Shapes):
        raise ValueError(
            f"Where the evidence is, is known for shapes alone, and {of.label} did not learn them; "
            "choose a network that did."
        )
    return data


def single(count: int, seed: int) -> Scene:
    """One object a picture, all classes in turn, as the data set draws them."""
    return imagine(torch.arange(count) % len(SHAPES), generator(seed, "scored"))


def pairs(count: int, seed: int) -> tuple[Scene, Scene]:
    """Two objects a picture: the first of the class that is asked for, the second of another.

    They share colour, size and background, and stand in different halves.
    """
    draw = generator(seed, "scored", "pairs")
    y = torch.arange(count) % len(SHAPES)
    scene = imagine(y, draw)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=draw)

    radius = uniform(0.2, 0.24)
    left = torch.rand(count, generator=draw) < 0.5
    other = (y + 1 + torch.randint(len(SHAPES) - 1, (count,), generator=draw)) % len(SHAPES)
    ours = torch.where(left, 0.25, 0.75)
    heights = [0.5 + uniform(-1, 1) * (0.48 - radius) for _ in range(2)]
    first = replace(scene, centre=torch.stack([ours, heights[0]], dim=1), radius=radius)
    second = replace(
        first,
        shape=other,
        centre=torch.stack([1 - ours, heights[1]], dim=1),
        angle=uniform(0, 6.2832),
    )
    return first, second


def draw(of: Classifier, kind: Pictures, count: int, seed: int) -> Drawn:
    """Pictures that the network understands: it names the class first (single), or among its two
    highest scores (pairs). Others would score the network, not the explanation.

    Args:
        of: a network that tells shapes apart.
        kind: one object a picture, or two.
        count: how many, at most; as many as four draws for each hold.
        seed: of the pictures.

    Raises:
        ValueError: the network did not learn shapes, or understands hardly any.
    """
    data = shapes_of(of)
    many = 4 * count
    if kind == "pairs":
        first, second = pairs(many, seed)
        x, masks = render(first, data.size, data.colour)
        beside, others = render(second, data.size, data.colour)
        x = torch.where(others[:, None], beside, x)
        target, top = first.shape, 2
    else:
        scene = single(many, seed)
        x, masks = render(scene, data.size, data.colour)
        target, top = scene.shape, 1
    pictures = x.float() / 255
    scaled = of.scale(pictures)
    with torch.no_grad():
        logits = torch.cat([of.model(part) for part in scaled.split(256)])
    seen = (logits.topk(top, dim=1).indices == target[:, None]).any(1)
    rows = seen.nonzero()[:count, 0]
    if len(rows) < 12:
        raise ValueError(f"{of.label} understands hardly any of these pictures: train it first.")
    return Drawn(
        x=scaled[rows],
        target=target[rows],
        masks=masks[rows],
        pictures=pictures[rows],
        kept=float(seen.float().mean()),
    )


def moved(of: Classifier, scene: Scene, centre: Tensor) -> tuple[Tensor, Tensor]:
    """The same picture with its object elsewhere: (N, C, H, W) in 0..1 and masks (N, H, W).

    Args:
        of: a network that tells shapes apart.
        scene: one picture.
        centre: (N, 2) shares of the side.
    """
    data = shapes_of(of)
    many = replace(scene.take([0] * len(centre)), centre=centre)
    x, masks = render(many, data.size, data.colour)
    return x.float() / 255, masks
