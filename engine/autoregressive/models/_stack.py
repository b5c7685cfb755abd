"""A plain stack of masked convolutions, for any masks."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor, nn

from engine.autoregressive.classification import reach
from engine.autoregressive.masks import Mask, Masks, Padding
from engine.autoregressive.models._masked import MaskedConv2d, pointwise, reset
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
        out = self.main(h)  # (B, F, H, W)
        if self.vertical is not None and self.vertical_act is not None and self.link is not None:
            v = self.vertical_act(self.vertical(v))
            out = out + self.link(v)
        if self.condition is not None:
            out = out + self.condition(y)[:, :, None, None]
        out = self.act(out)
        return v, h + out if self.residual else out


class MaskedStack(nn.Module):
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
        self.out = pointwise(channels, colours * width, own)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        v = h = z
        for layer in self.layers:
            v, h = layer(v, h, y)
        out = self.out(h)  # (B, C * P, H, W)
        return out.unflatten(1, (z.shape[1], self.width))  # (B, C, P, H, W)


def stack(masks: Masks, layers: int, seed: int, channels: int = 8, **options: object) -> nn.Module:
    """A `MaskedStack` of one number a value, random weights: to look through, not to train."""
    return reset(MaskedStack(masks, layers, channels, 1, **options), seed)  # type: ignore[arg-type]
