"""A plain stack of masked convolutions, for any masks."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from engine.autoregressive.classification import reach
from engine.autoregressive.masked import MaskedConv2d, pointwise, reset
from engine.autoregressive.masks import Mask, Masks, Padding
from engine.autoregressive.propagation import dilations_of


class StackLayer(nn.Module):
    """v' = φ(V * v);  h' = φ(M * h + L v' + c_y), with h added where it is residual."""

    def __init__(
        self,
        inputs: int,
        channels: int,
        masks: tuple[Mask, Mask | None],
        dilation: int,
        padding: Padding,
        classes: int,
        residual: bool,
    ) -> None:
        super().__init__()
        self.channels = channels
        main, vertical = masks
        options = {"dilation": dilation, "padding": padding}
        self.main = MaskedConv2d(inputs, channels, main, **options)  # type: ignore[arg-type]
        self.act = nn.ReLU()
        self.vertical = self.vertical_act = self.link = None
        if vertical is not None:
            self.vertical = MaskedConv2d(inputs, channels, vertical, **options)  # type: ignore[arg-type]
            self.vertical_act = nn.ReLU()
            self.link = pointwise(channels, channels, np.ones(main.shape[:2], dtype=bool))
        self.condition = nn.Embedding(classes, channels) if classes else None
        self.residual = residual

    def forward(self, v: Tensor, h: Tensor, y: Tensor | None) -> tuple[Tensor, Tensor]:
        before = self.main(h)  # (B, F, H, W)
        v, context = self.context(None if self.vertical is None else self.vertical(v), y)
        return v, self.finish(before if context is None else before + context, h)

    def context(self, a: Tensor | None, y: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """From V * v: the next v, and what is added to M * h; both are known before the row is."""
        found = None if self.condition is None else self.condition(y)[:, :, None, None]
        if a is None or self.vertical_act is None or self.link is None:
            return torch.empty(0), found
        v = self.vertical_act(a)
        linked = self.link(v)
        return v, linked if found is None else linked + found

    def finish(self, before: Tensor, h: Tensor) -> Tensor:
        """From the sum to the next h, pixel by pixel."""
        out: Tensor = self.act(before)
        return h + out if self.residual else out


class Stack(nn.Module):
    """Layers of a vertical and a horizontal stream, then a 1x1 convolution to P numbers a value."""

    masks: Masks
    width: int  # P
    layers: nn.ModuleList  # each (v, h, y) to (v, h)
    act: nn.Module
    out: nn.Module

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        v = h = z
        for layer in self.layers:
            v, h = layer(v, h, y)
        return self.readout(h)

    def readout(self, h: Tensor) -> Tensor:
        """(B, F, H, W) to (B, C, P, H, W), pixel by pixel."""
        return self.out(self.act(h)).unflatten(1, (self.masks.channels, self.width))


class MaskedStack(Stack):
    """L layers of the given masks, then 1x1 to P numbers a value.

    Args:
        masks: of the main stack and, where there is one, of the vertical stack.
        layers: L.
        channels: F, feature maps of each stack.
        width: P.
        dilation: of all layers, or one a layer.
        mix: (C, C) which channels the last 1x1 of each may look at; None: only its own.
        classes: of a conditional network; 0: none.
        residual: add the input of every layer after the first to its output.
    """

    def __init__(
        self,
        masks: Masks,
        layers: int,
        channels: int,
        width: int,
        *,
        dilation: int | Sequence[int] = 1,
        mix: Mask | None = None,
        classes: int = 0,
        residual: bool = False,
    ) -> None:
        super().__init__()
        self.masks, self.width = masks, width
        self.dilation = dilations_of(layers, dilation)
        self.reach = reach(masks, layers, dilation) if masks.padding == "zeros" else None
        colours = masks.channels
        self.layers = nn.ModuleList(
            StackLayer(
                colours if number == 1 else channels,
                channels,
                masks.layer(number),
                step,
                masks.padding,
                classes,
                residual and number > 1,
            )
            for number, step in enumerate(self.dilation, 1)
        )
        own = np.eye(colours, dtype=bool) if mix is None else mix
        self.act = nn.Identity()
        self.out = pointwise(channels, colours * width, own)


def stack(masks: Masks, layers: int, seed: int, channels: int = 8, **options: object) -> nn.Module:
    """A `MaskedStack` of one number a value, random weights: to look through, not to train."""
    return reset(MaskedStack(masks, layers, channels, 1, **options), seed)  # type: ignore[arg-type]
