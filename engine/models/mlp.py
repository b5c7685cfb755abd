"""A multilayer perceptron: fully connected layers of any widths."""

from collections import OrderedDict
from math import prod
from typing import Annotated, ClassVar

from pydantic import Field
from torch import nn

from engine.config import About, knob
from engine.models._spec import MODELS, Model
from engine.nn.layers import Layers

Width = Annotated[int, Field(ge=1, le=4096)]


@MODELS.register
class MLP(Model):
    about: ClassVar[About] = About(
        id="mlp",
        label="MLP",
        summary="Fully connected layers, each a weighted sum followed by an activation.",
        formula=r"z_\ell = \varphi(W_\ell z_{\ell-1} + b_\ell)",
        source="Rumelhart, Hinton and Williams 1986",
        url="https://doi.org/10.1038/323533a0",
    )
    kinds: ClassVar[tuple[str, ...]] = ("points", "curve", "image", "table")
    hidden: tuple[Width, ...] = knob(
        (8, 8), "Hidden layers", "Units of each hidden layer, e.g. 8, 8.", max_length=50
    )

    def build(self, shape: tuple[int, ...], outputs: int, layers: Layers, seed: int) -> nn.Module:
        modules: dict[str, nn.Module] = {"flatten": nn.Flatten()} if len(shape) > 1 else {}
        width = prod(shape)
        for number, units in enumerate(self.hidden, 1):
            modules[f"dense{number}"] = nn.Linear(width, units)
            modules |= layers.after(number, units, image=False)
            width = units
        modules[f"dense{len(self.hidden) + 1}"] = nn.Linear(width, outputs)
        return layers.reset(nn.Sequential(OrderedDict(modules)), seed)
