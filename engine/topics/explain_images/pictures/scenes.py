"""On which pictures are explanations scored? Objects on textures, whose masks are known.

With one object a picture, it is the most contrasting thing there, and an edge detector finds it as
well as any method. With two, of two shapes and one colour, only what asks the network can tell
which of them speaks for the class.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

import torch
from torch import Tensor

from engine.data.shapes import Shapes
from engine.device import generator
from engine.networks.classifiers import Classifier
from engine.scenes.render import render
from engine.scenes.scene import SHAPES, Scene, imagine
from engine.words import said

Pictures = Literal["pairs", "single"]
DRAWN = 60  # pictures drawn at a time


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
            said(
                "Where the evidence is, is known for shapes alone, and {label} did not learn "
                "them; choose a network that did.",
                label=of.label,
            )
        )
    return data


def single(count: int, seed: int) -> Scene:
    """One object a picture, all classes in turn, as the data set draws them. The first pictures
    are the same however many there are."""
    parts = [
        imagine(torch.arange(DRAWN) % len(SHAPES), generator(seed, "scored", "single", at))
        for at in range(-(-count // DRAWN))
    ]
    return _joined(parts).take(list(range(count)))


def pairs(count: int, seed: int) -> tuple[Scene, Scene]:
    """Two objects a picture: the first of the class that is asked for, the second of another.

    They share colour, size and background, and stand in different halves. The first pictures are
    the same however many there are.
    """
    parts = [_pairs(generator(seed, "scored", "pairs", at)) for at in range(-(-count // DRAWN))]
    first, second = (_joined(scenes) for scenes in zip(*parts, strict=True))
    rows = list(range(count))
    return first.take(rows), second.take(rows)


def _pairs(draw: torch.Generator) -> tuple[Scene, Scene]:
    y = torch.arange(DRAWN) % len(SHAPES)
    scene = imagine(y, draw)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(DRAWN, generator=draw)

    radius = uniform(0.2, 0.24)
    other = (y + 1 + torch.randint(len(SHAPES) - 1, (DRAWN,), generator=draw)) % len(SHAPES)
    ours = torch.where(uniform(0, 1) < 0.5, 0.25, 0.75)
    heights = [0.5 + uniform(-1, 1) * (0.48 - radius) for _ in range(2)]
    first = replace(scene, centre=torch.stack([ours, heights[0]], dim=1), radius=radius)
    second = replace(
        first,
        shape=other,
        centre=torch.stack([1 - ours, heights[1]], dim=1),
        angle=uniform(0, 2 * math.pi),
    )
    return first, second


def _joined(parts: Sequence[Scene]) -> Scene:
    names = [part.name for part in fields(Scene)]
    return Scene(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})


def draw(of: Classifier, kind: Pictures, count: int, seed: int) -> Drawn:
    """Pictures that the network understands: the classes of their objects have its highest scores.
    Others would score the network, not the explanation.

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
        second_x, others = render(second, data.size, data.colour)
        x = torch.where(others[:, None], second_x, x)
        named = torch.stack([first.shape, second.shape], dim=1)  # (N, 2)
    else:
        scene = single(many, seed)
        x, masks = render(scene, data.size, data.colour)
        named = scene.shape[:, None]
    pictures = x.float() / 255
    scaled = of.scale(pictures)
    with torch.no_grad():
        logits = torch.cat([of.model(part) for part in scaled.split(256)])
    highest = logits.topk(named.shape[1], dim=1).indices.sort(dim=1).values
    seen = (highest == named.sort(dim=1).values).all(1)
    rows = seen.nonzero()[:count, 0]
    if len(rows) < 12:
        raise ValueError(
            said(
                "{label} understands hardly any of these pictures: train it first.", label=of.label
            )
        )
    return Drawn(
        x=scaled[rows],
        target=named[rows, 0],
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
