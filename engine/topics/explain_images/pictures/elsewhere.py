"""How often is a network of shapes right on pictures that are unlike those it learned from?

Those have objects of 20 to 36 % of the side as radius, and of another luminance than their ground.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import torch
from torch import Tensor

from engine.device import generator
from engine.networks.classifiers import Classifier
from engine.scenes.render import render
from engine.scenes.scene import SHAPES, Scene
from engine.topics.explain_images.pictures.scenes import shapes_of, single

COUNT = 120  # pictures of each kind
GUESSED = 1 / len(SHAPES)


def _plain(scene: Scene, draw: torch.Generator) -> Scene:
    return replace(scene, back=scene.back.mean(1, keepdim=True).expand(-1, 2, -1))


def _colours(scene: Scene, draw: torch.Generator) -> Scene:
    """Any two colours, however near in luminance."""

    def any_colour() -> Tensor:
        return torch.rand(len(scene), 3, generator=draw)

    return replace(scene, back=any_colour()[:, None].expand(-1, 2, -1), colour=any_colour())


def _small(scene: Scene, draw: torch.Generator) -> Scene:
    return replace(_plain(scene, draw), radius=torch.full((len(scene),), 0.14))


def _large(scene: Scene, draw: torch.Generator) -> Scene:
    middle = torch.full((len(scene), 2), 0.5)
    return replace(_plain(scene, draw), radius=torch.full((len(scene),), 0.44), centre=middle)


KINDS: dict[str, Callable[[Scene, torch.Generator], Scene]] = {
    "plain": _plain,
    "colours": _colours,
    "small": _small,
    "large": _large,
}


@lru_cache(maxsize=8)
def elsewhere(of: Classifier) -> dict[str, float]:
    """Share of right answers of each kind: a plain ground; any two colours on one; small; large.

    Raises:
        ValueError: the network did not learn shapes.
    """
    data = shapes_of(of)
    scene = single(COUNT, 0)
    found = {}
    for name, change in KINDS.items():
        changed = change(scene, generator(0, "elsewhere", name))
        pictures, _ = render(changed, of.shape[1], data.colour)
        with torch.no_grad():
            answers = of.model(of.scale(pictures.float() / 255)).argmax(1)
        found[name] = float((answers == changed.shape).float().mean())
    return found
