"""One hidden layer that all pixels share, built up pixel by pixel: NADE."""

from collections.abc import Sequence
from math import sqrt
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.autoregressive.models._order import as_picture, check_size, in_order
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Autoregressive
from engine.config import About, knob
from engine.device import generator


class SharedHidden(nn.Module):
    """h_i = σ(c + W_{:,<i} x_{<i}),  θ_i = V_i h_i + b_i.

    W is shared, so one running sum gives all h_i.

    Source: Larochelle and Murray 2011, The neural autoregressive distribution estimator, eq. 3-4.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        width: int,
        hidden: int,
        classes: int,
        order: Sequence[int],
        seed: int,
    ) -> None:
        super().__init__()
        self.shape, self.order = shape, tuple(order)
        size = shape[0] * shape[1] * shape[2]
        draw = generator(seed, "weights", "nade")
        # The last value is before no other: its column would have no use.
        self.inward = nn.Parameter(torch.randn(size - 1, hidden, generator=draw) / sqrt(size))
        self.start = nn.Parameter(torch.zeros(hidden))
        outward = torch.randn(size, width, hidden, generator=draw) / sqrt(hidden)
        self.outward = nn.Parameter(outward)
        self.bias = nn.Parameter(torch.zeros(size, width))
        self.act = nn.Sigmoid()
        self.condition = nn.Embedding(classes, hidden) if classes else None
        if self.condition is not None:
            nn.init.zeros_(self.condition.weight)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        check_size(z, self.shape)
        values = in_order(z, self.order)  # (B, N)
        start = self.start.expand(len(z), 1, -1)
        if self.condition is not None:
            start = start + self.condition(y)[:, None]
        steps = values[:, :-1, None] * self.inward  # (B, N - 1, H)
        hidden = self.act(torch.cat([start, steps], dim=1).cumsum(dim=1))  # (B, N, H)
        rows = torch.einsum("bnh,nph->bpn", hidden, self.outward) + self.bias.T  # (B, P, N)
        return as_picture(rows, self.shape, self.order)


@AUTOREGRESSIVE.register
class NADE(Autoregressive):
    about: ClassVar[About] = About(
        id="nade",
        label="NADE",
        summary="One hidden layer with shared weights; pixel i uses the part built before it.",
        formula=r"h_i = \sigma(c + W_{:,<i}\, x_{<i}), \quad \theta_i = V_i h_i + b_i",
        source="Larochelle and Murray 2011, The neural autoregressive distribution estimator",
        url="https://proceedings.mlr.press/v15/larochelle11a.html",
    )
    convolutional: ClassVar[bool] = False
    hidden: int = knob(
        100, "Hidden units", "Of the layer that all pixels share.", ge=1, le=2000, log=True
    )

    def network(
        self, shape: tuple[int, int, int], width: int, classes: int, seed: int, order: Sequence[int]
    ) -> nn.Module:
        return SharedHidden(shape, width, self.hidden, classes, order, seed)
