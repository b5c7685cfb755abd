"""Two stacks and gates: the PixelCNN that sees all of the past within its reach."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from torch import Tensor, nn

from engine.autoregressive.classification import reach
from engine.autoregressive.mask_stack import Stack
from engine.autoregressive.masked import MaskedConv2d, dilations, pointwise, reset
from engine.autoregressive.masks import Mask, Masks, channel_matrix
from engine.autoregressive.models._knobs import (
    Dilations,
    Kernel,
    dilations_knob,
    first_kernel,
    kernel,
)
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Autoregressive, Form
from engine.autoregressive.schemes import SCHEMES
from engine.config import About, knob


class Gate(nn.Module):
    """tanh(a + c_y) ⊙ σ(b + d_y), a and b being the halves of the maps: (B, 2F, H, W) to F maps."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.tanh, self.sigmoid = nn.Tanh(), nn.Sigmoid()
        self.condition = nn.Embedding(classes, 2 * channels) if classes else None

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        if self.condition is not None:
            x = x + self.condition(y)[:, :, None, None]
        value, gate = x.chunk(2, dim=1)
        found: Tensor = self.tanh(value) * self.sigmoid(gate)
        return found


class GatedLayer(nn.Module):
    """a = V * v;  v' = gate(a);  h' = R gate(H * h + L a) + h, without the last h in layer 1.

    V is masked to the rows above (later with its own), H to what is left in the row (later with
    the pixel itself); L and R are 1x1.

    Source: van den Oord et al. 2016, Conditional image generation with PixelCNN decoders, figure 2.
    """

    def __init__(
        self,
        inputs: int,
        channels: int,
        masks: tuple[Mask, Mask | None],
        dilation: int,
        own: Mask,
        classes: int,
        residual: bool,
        last: bool,
    ) -> None:
        super().__init__()
        self.channels = channels
        horizontal, vertical = masks
        if vertical is None:
            raise ValueError("A gated layer needs a vertical mask beside the horizontal one.")
        double = 2 * channels
        self.vertical = MaskedConv2d(inputs, double, vertical, dilation=dilation, repeats=2)
        self.vertical_gate = None if last else Gate(channels, classes)  # for the next layer alone
        # The vertical maps hold only rows above, so any channel may look at all of them.
        self.link = pointwise(double, double, np.ones_like(own))
        self.main = MaskedConv2d(inputs, double, horizontal, dilation=dilation, repeats=2)
        self.gate = Gate(channels, 0)  # its class is part of the context
        self.condition = nn.Embedding(classes, double) if classes else None
        self.mix = pointwise(channels, channels, own)
        self.residual = residual

    def forward(self, v: Tensor, h: Tensor, y: Tensor | None) -> tuple[Tensor, Tensor]:
        before = self.main(h)  # (B, 2F, H, W)
        v, context = self.context(self.vertical(v), y)
        return v, self.finish(before + context, h)

    def context(self, a: Tensor, y: Tensor | None) -> tuple[Tensor, Tensor]:
        """From V * v: the next v, and what is added to H * h; both are known before the row is."""
        linked = self.link(a)  # (B, 2F, H, W)
        if self.condition is not None:
            linked = linked + self.condition(y)[:, :, None, None]
        return a if self.vertical_gate is None else self.vertical_gate(a, y), linked

    def finish(self, before: Tensor, h: Tensor) -> Tensor:
        """From the sum to the next h, pixel by pixel."""
        out: Tensor = self.mix(self.gate(before))
        return h + out if self.residual else out


class GatedStack(Stack):
    """L gated layers, then ReLU and 1x1 to P numbers a value."""

    def __init__(
        self,
        masks: Masks,
        dilation: Sequence[int],
        channels: int,
        width: int,
        order: Sequence[int],
        classes: int,
    ) -> None:
        super().__init__()
        self.masks, self.width = masks, width
        self.dilation = tuple(dilation)
        self.reach = reach(masks, len(dilation), dilation)
        own = channel_matrix("B", order)
        self.layers = nn.ModuleList(
            GatedLayer(
                masks.channels if number == 1 else channels,
                channels,
                masks.layer(number),
                step,
                own,
                classes,
                residual=number > 1,
                last=number == len(dilation),
            )
            for number, step in enumerate(dilation, 1)
        )
        self.act = nn.ReLU()
        self.out = pointwise(channels, masks.channels * width, own)


@AUTOREGRESSIVE.register
class Gated(Autoregressive):
    about: ClassVar[About] = About(
        id="gated",
        label="Gated PixelCNN",
        summary="A vertical and a horizontal stack with gates: all of the past within reach is "
        "seen.",
        formula=r"h' = h + R\big(\tanh(a) \odot \sigma(b)\big), \quad (a, b) = H * h + L(V * v)",
        source="van den Oord et al. 2016, Conditional image generation with PixelCNN decoders",
        url="https://arxiv.org/abs/1606.05328",
    )
    channels: int = knob(32, "Channels", "Feature maps of each stack.", ge=3, le=256, log=True)
    layers: int = knob(6, "Layers", "Gated layers.", ge=1, le=30)
    kernel: Kernel = kernel()
    first_kernel: Kernel = first_kernel(5)
    dilations: Dilations = dilations_knob()

    def network(self, form: Form, seed: int) -> nn.Module:
        masks = SCHEMES["two_stacks"]().masks(self.kernel, form.order, self.first_kernel)
        steps = dilations(self.layers, self.dilations)
        net = GatedStack(masks, steps, self.channels, form.width, form.order, form.classes)
        return reset(net, seed)
