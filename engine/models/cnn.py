"""A convolutional network: blocks of convolution, normalisation, activation and pooling."""

from collections import OrderedDict
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from torch import nn

from engine.config import About, knob
from engine.models._spec import MODELS, Model
from engine.nn.layers import Layers

Channels = Annotated[int, Field(ge=1, le=512)]


@MODELS.register
class CNN(Model):
    about: ClassVar[About] = About(
        id="cnn",
        label="CNN",
        summary="Small filters slid over the image; pooling halves it after each block.",
        formula=r"z_\ell = \mathrm{pool}(\varphi(W_\ell * z_{\ell-1} + b_\ell))",
        source="LeCun et al. 1998",
        url="https://doi.org/10.1109/5.726791",
    )
    kinds: ClassVar[tuple[str, ...]] = ("image",)
    channels: tuple[Channels, ...] = knob(
        (16, 32), "Channels", "Filters of each block, e.g. 16, 32.", max_length=6
    )
    kernel: Literal[3, 5, 7] = knob(
        3,
        "Kernel",
        "Width of a filter.",
        unit="pixels",
        more=True,
        options={"3": "3", "5": "5", "7": "7"},
    )
    pooling: Literal["max", "average"] = knob(
        "max", "Pooling", more=True, options={"max": "max", "average": "average"}
    )
    head: Literal["average", "flatten"] = knob(
        "average",
        "Head",
        "Average each map before the last layer, or flatten all maps.",
        more=True,
        options={"average": "global average", "flatten": "flatten"},
    )

    def build(self, shape: tuple[int, ...], outputs: int, layers: Layers, seed: int) -> nn.Module:
        modules: dict[str, nn.Module] = {}
        width, (_, height, breadth) = shape[0], shape
        for number, channels in enumerate(self.channels, 1):
            modules[f"conv{number}"] = nn.Conv2d(
                width, channels, self.kernel, padding=self.kernel // 2
            )
            modules |= layers.after(number, channels, image=True)
            if min(height, breadth) >= 2:  # a map of one pixel has nothing left to pool
                pool = nn.MaxPool2d if self.pooling == "max" else nn.AvgPool2d
                modules[f"pool{number}"] = pool(2)
                height, breadth = height // 2, breadth // 2
            width = channels
        if self.head == "average":
            modules["average"] = nn.AdaptiveAvgPool2d(1)
            height = breadth = 1
        modules["flatten"] = nn.Flatten()
        modules["dense"] = nn.Linear(width * height * breadth, outputs)
        return layers.reset(nn.Sequential(OrderedDict(modules)), seed)
