"""What do a picture that climbs and the network's answer look like to a person?"""

import torch
from torch import Tensor

from engine.explain.networks.feature_maps import choose_layer
from engine.explain.networks.private import private
from engine.networks.classifiers import Classifier
from engine.runs.files import Arrays
from engine.words import said

HELD_OUT = 240  # pictures to choose from


class Look:
    """A copy of a network with what it takes to show its pictures, on one device."""

    def __init__(self, network: Classifier, device: torch.device) -> None:
        self.model = private(network.model).to(device)
        self.mean, self.std = network.mean.to(device), network.std.to(device)
        self.low, self.high = (0 - self.mean) / self.std, (1 - self.mean) / self.std

    def inside(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) with all pixels between black and white."""
        return x.clamp(self.low, self.high)

    def scale(self, pictures: Tensor) -> Tensor:
        return (pictures - self.mean) / self.std

    @torch.no_grad()
    def __call__(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (B, C, H, W) in 0..1, cut off there, and probabilities (B, K), of x."""
        pictures = (x * self.std + self.mean).clamp(0, 1)
        return pictures, self.model(x).softmax(1)


def by_picture(rows: dict[str, Tensor]) -> dict[str, float]:
    """`name:i` of every row of (B,) tensors."""
    return {
        f"{name}:{i}": value
        for name, values in rows.items()
        for i, value in enumerate(values.tolist())
    }


def arrays(pictures: Tensor, chances: Tensor) -> Arrays:
    """A frame: pictures (B, C, H, W) as uint8, probabilities (B, K) as float32."""
    return {
        "pictures": (pictures * 255).round().to(torch.uint8).cpu().numpy(),
        "probabilities": chances.float().cpu().numpy(),
    }


def has_class(network: Classifier, target: int) -> None:
    """Raises ValueError where there is no such class."""
    if target >= len(network.classes):
        raise ValueError(
            said(
                "{label} has {n} classes, numbered from 0. Received: {target}.",
                label=network.label,
                n=len(network.classes),
                target=target,
            )
        )


def layer_of(network: Classifier, name: str) -> str:
    """The layer of that name, any that has channels; the last with feature maps for an empty one.

    Raises:
        ValueError: there is none.
    """
    if name in dict(network.model.named_modules()) and name:
        return name
    return choose_layer(network.model, torch.zeros(1, *network.shape), name)


def held_out(network: Classifier, number: int) -> Tensor:
    """A picture (C, H, W) that the network did not learn from, as it takes it.

    Args:
        number: counts round and round through the first `HELD_OUT`.

    Raises:
        DataError: files are missing.
    """
    x = network.examples(HELD_OUT).x
    return x[number % len(x)]


def asked(network: Classifier, number: int) -> Arrays:
    """A held-out picture and what the network says of it, as a frame of one picture."""
    look = Look(network, torch.device("cpu"))
    return arrays(*look(held_out(network, number)[None]))
