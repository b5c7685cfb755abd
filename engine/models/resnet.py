"""A residual CNN: blocks that add what they compute to what they were given."""

from collections import OrderedDict
from typing import ClassVar

from torch import Tensor, nn

from engine.config import About, knob
from engine.models._spec import MODELS, Model
from engine.models.cnn import Channels
from engine.nn.layers import Layers


class Block(nn.Module):
    """x + F(x), then the activation; F is two convolutions. Halves the image where stride is 2."""

    def __init__(self, act: nn.Module, body: nn.Module, skip: nn.Module) -> None:
        super().__init__()
        self.act, self.body, self.skip = act, body, skip

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.body(x) + self.skip(x))


def block(inputs: int, channels: int, stride: int, layers: Layers) -> Block:
    first = {"conv1": nn.Conv2d(inputs, channels, 3, stride, padding=1)}
    second = {"conv2": nn.Conv2d(channels, channels, 3, padding=1)}
    behind = layers.after(2, channels, image=True)
    act = behind.pop("act2")  # after the sum
    body = OrderedDict(first | layers.after(1, channels, image=True) | second | behind)
    same = inputs == channels and stride == 1
    skip = nn.Identity() if same else nn.Conv2d(inputs, channels, 1, stride)
    return Block(act, nn.Sequential(body), skip)


@MODELS.register
class ResNet(Model):
    about: ClassVar[About] = About(
        id="resnet",
        label="Residual CNN",
        summary="Convolutions whose result is added to their input, so that gradients pass.",
        formula=r"z_\ell = \varphi(z_{\ell-1} + F_\ell(z_{\ell-1}))",
        source="He et al. 2016, equation 1",
        url="https://arxiv.org/abs/1512.03385",
    )
    kinds: ClassVar[tuple[str, ...]] = ("image",)
    channels: tuple[Channels, ...] = knob(
        (16, 32), "Channels", "Filters of each stage; a stage halves the image.", max_length=5
    )
    blocks: int = knob(1, "Blocks a stage", ge=1, le=8)

    def build(self, shape: tuple[int, ...], outputs: int, layers: Layers, seed: int) -> nn.Module:
        width = self.channels[0] if self.channels else shape[0]
        modules: dict[str, nn.Module] = {"conv1": nn.Conv2d(shape[0], width, 3, padding=1)}
        modules |= layers.after(1, width, image=True)
        for stage, channels in enumerate(self.channels, 1):
            for number in range(1, self.blocks + 1):
                stride = 2 if stage > 1 and number == 1 else 1
                modules[f"block{stage}_{number}"] = block(width, channels, stride, layers)
                width = channels
        modules |= {
            "average": nn.AdaptiveAvgPool2d(1),
            "flatten": nn.Flatten(),
            "dense": nn.Linear(width, outputs),
        }
        return layers.reset(nn.Sequential(OrderedDict(modules)), seed)
