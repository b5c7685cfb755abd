"""What is a model, to the engine and to every page?"""

from typing import ClassVar

from torch import nn

from engine.config import Part
from engine.nn.layers import Layers
from engine.registry import Registry


class Model(Part):
    """An architecture with its knobs. What all layers share comes in `Layers`."""

    kinds: ClassVar[tuple[str, ...]]  # of data sets it takes
    density: ClassVar[bool] = False  # True: models p(x) itself and ignores the targets
    layered: ClassVar[bool] = True  # uses `Layers`

    def build(self, shape: tuple[int, ...], outputs: int, layers: Layers, seed: int) -> nn.Module:
        """A fresh network from (B, *shape) to (B, outputs), weights drawn from the seed.

        No activation is shared between layers and none is called as a function, so that
        attributions by module hooks are right.
        """
        raise NotImplementedError


MODELS: Registry[Model] = Registry("model")
