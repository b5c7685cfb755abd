"""A linear model: one matrix, no hidden unit. What every network is compared with."""

from collections import OrderedDict
from math import prod
from typing import ClassVar

from torch import nn

from engine.config import About
from engine.models._spec import MODELS, Model
from engine.nn.layers import Layers


@MODELS.register
class LinearModel(Model):
    about: ClassVar[About] = About(
        id="linear",
        label="Linear",
        summary="One matrix and a bias: draws straight boundaries only.",
        formula=r"Wx + b",
    )
    kinds: ClassVar[tuple[str, ...]] = ("points", "curve", "image", "table")
    layered: ClassVar[bool] = False

    def build(self, shape: tuple[int, ...], outputs: int, layers: Layers, seed: int) -> nn.Module:
        modules = {"flatten": nn.Flatten(), "dense1": nn.Linear(prod(shape), outputs)}
        return layers.reset(nn.Sequential(OrderedDict(modules)), seed)
