"""Does a network use the object at all? Its answer with the object at other places, and without."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.explain.methods import METHODS
from engine.networks.classifiers import Classifier
from engine.scenes.render import render
from engine.scenes.scene import Scene
from engine.topics.explain_images.pictures.scenes import moved, shapes_of, single

PLACES = np.linspace(0.25, 0.75, 7, dtype=np.float32)
RADIUS = 0.23  # share of the side: the object stays inside at every place


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One picture with its object where it was put."""

    x: Tensor  # (1, C, H, W) as the network takes it
    picture: NDArray[np.float32]  # (H, W, 3) in 0..1
    chances: NDArray[np.float32]  # (K,) probabilities


def placed(of: Classifier, number: int, across: float, down: float) -> Placed:
    """A held-out scene with its object moved.

    Args:
        across: share of the side, from the left.
        down: share of the side, from above.
    """
    pictures, _ = moved(of, _scene(number), torch.tensor([[across, down]]))
    x = of.scale(pictures)
    with torch.no_grad():
        chances = of.model(x)[0].softmax(0).numpy()
    height, width = x.shape[2:]
    picture = np.broadcast_to(pictures[0].permute(1, 2, 0).numpy(), (height, width, 3))
    return Placed(x, picture, chances)


def heat_of(of: Classifier, x: Tensor, target: int) -> NDArray[np.float32]:
    """(H, W) Grad-CAM of a class. Raises ValueError for a network without feature maps."""
    maps = METHODS["grad_cam"]().attribute(of.model, x, torch.tensor([target]))
    heat: NDArray[np.float32] = maps[0, 0].numpy()
    return heat


@lru_cache(maxsize=64)
def everywhere(of: Classifier, number: int) -> tuple[NDArray[np.float32], float, int]:
    """The class's probability with its object at every place (P, P), and without it; the class."""
    scene = _scene(number)
    target = int(scene.shape[0])
    rows, columns = np.meshgrid(PLACES, PLACES, indexing="ij")
    centre = torch.from_numpy(np.stack([columns, rows], axis=-1).reshape(-1, 2))
    pictures, _ = moved(of, scene, centre)
    data = shapes_of(of)
    bare, _ = render(scene.without_object(), data.size, data.colour)
    x = of.scale(torch.cat([pictures, bare.float() / 255]))
    with torch.no_grad():
        chances = of.model(x).softmax(1)[:, target].numpy()
    return chances[:-1].reshape(rows.shape), float(chances[-1]), target


def _scene(number: int) -> Scene:
    """One picture; its object is small enough to be moved about."""
    scene = single(60, 0).take([number])
    return replace(scene, radius=torch.full_like(scene.radius, RADIUS))
