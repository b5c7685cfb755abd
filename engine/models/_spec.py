"""What is a model, to the engine and to every page?"""

from typing import ClassVar

from torch import nn

from engine.config import Part
from engine.nn.layers import Layers
from engine.nn.written import network_of
from engine.plain import Plain
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

    def source(
        self, plain: Plain, shape: tuple[int, ...], outputs: int, layers: Layers, seed: str
    ) -> str:
        """`build` as plain torch: a list of its layers, and the rule for their first weights."""
        summary = self.about.summary
        network = network_of(plain, self.build(shape, outputs, layers, 0), summary)
        return f"{layers.source(plain)}({network}(), {seed})"


MODELS: Registry[Model] = Registry("model")
