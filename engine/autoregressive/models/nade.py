"""One hidden layer that all pixels share, built up pixel by pixel: NADE."""

from math import sqrt
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.autoregressive.arrangement import Arrangement
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Form, Placed
from engine.autoregressive.running import RunningHidden
from engine.autoregressive.steps import Steps
from engine.config import About, knob
from engine.device import generator


class SharedHidden(nn.Module):
    """h_i = σ(c + W_{:,<i} x_{<i}),  θ_i = V_i h_i + b_i.

    W is shared, so one running sum gives all h_i.

    Source: Larochelle and Murray 2011, The neural autoregressive distribution estimator, eq. 3-4.
    """

    def __init__(self, form: Form, arrangement: Arrangement, hidden: int, seed: int) -> None:
        super().__init__()
        self.arrangement, size = arrangement, form.values
        draw = generator(seed, "weights", "nade")
        # The last value is before no other: its column would have no use.
        self.inward = nn.Parameter(torch.randn(size - 1, hidden, generator=draw) / sqrt(size))
        self.start = nn.Parameter(torch.zeros(hidden))
        outward = torch.randn(size, form.width, hidden, generator=draw) / sqrt(hidden)
        self.outward = nn.Parameter(outward)
        self.bias = nn.Parameter(torch.zeros(size, form.width))
        self.condition = nn.Embedding(form.classes, hidden) if form.classes else None
        if self.condition is not None:
            nn.init.zeros_(self.condition.weight)

    def begin(self, count: int, y: Tensor | None) -> Tensor:
        """(B, H) before any value is known."""
        start = self.start.expand(count, -1)
        return start if self.condition is None else start + self.condition(y)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        values = self.arrangement.row(z)  # (B, N)
        numbers = RunningHidden.apply(values, self.begin(len(z), y), self.inward, self.outward)
        rows = numbers.permute(1, 2, 0) + self.bias.T  # (B, P, N)
        return self.arrangement.picture(rows)

    def steps(self, z: Tensor, y: Tensor | None) -> Steps:
        """See `engine.autoregressive.steps`: one column is added to the running sum a value."""
        running = self.begin(len(z), y)
        for outward, bias, inward in zip(
            self.outward, self.bias, [*self.inward, torch.zeros_like(self.start)], strict=True
        ):
            value = yield running.sigmoid() @ outward.T + bias
            running = running + value[:, None] * inward


@AUTOREGRESSIVE.register
class NADE(Placed):
    about: ClassVar[About] = About(
        id="nade",
        label="NADE",
        summary="One hidden layer with shared weights; pixel i uses the part built before it.",
        formula=r"h_i = \sigma(c + W_{:,<i}\, x_{<i}), \quad \theta_i = V_i h_i + b_i",
        source="Larochelle and Murray 2011, The neural autoregressive distribution estimator",
        url="https://proceedings.mlr.press/v15/larochelle11a.html",
    )
    hidden: int = knob(
        100, "Hidden units", "Of the layer that all pixels share.", ge=1, le=2000, log=True
    )

    def network(self, form: Form, seed: int) -> nn.Module:
        return SharedHidden(form, self.arrangement(form), self.hidden, seed)
