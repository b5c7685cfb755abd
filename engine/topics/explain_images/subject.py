"""Which picture is explained, and what does the network say of it?"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.networks.classifiers import Classifier


@dataclass(frozen=True, eq=False)
class Subject:
    """One picture, what the network says of it, and the class whose score is explained."""

    key: str  # of network, picture and class together
    x: Tensor  # (1, C, H, W) as the network takes it
    picture: NDArray[np.float32]  # (C, H, W) in 0..1
    mask: NDArray[np.bool_] | None  # (H, W) where the object is known
    truth: int  # class, −1 where it is not known
    logits: NDArray[np.float32]  # (K,)
    target: int
    label: str = ""  # what it is, where the network has no class of that name

    @property
    def chances(self) -> NDArray[np.float32]:
        """(K,) probabilities."""
        odds = np.exp(self.logits - self.logits.max())
        return odds / odds.sum()

    @property
    def predicted(self) -> int:
        return int(self.logits.argmax())

    @property
    def targets(self) -> Tensor:
        """(1,) as methods take it."""
        return torch.tensor([self.target])


def ask(
    of: Classifier,
    picture: Tensor,
    target: int,
    name: str,
    *,
    mask: NDArray[np.bool_] | None = None,
    truth: int = -1,
    label: str = "",
) -> Subject:
    """What the network says of a picture.

    Args:
        picture: (C, H, W) in 0..1, of the network's size.
        target: class whose score is explained; one that is none means the class that it names.
        name: of the picture, for keys.
        mask: (H, W) where the object is known.
        truth: class, −1 where it is not known.
        label: what it is, where the network has no class of that name.
    """
    x = of.scale(picture)[None]
    with torch.no_grad():
        logits = of.model(x)[0].numpy()
    target = target if 0 <= target < len(logits) else int(logits.argmax())
    key = f"{of.name}/{name}/{target}"
    return Subject(key, x, picture.numpy(), mask, truth, logits, target, label)
