"""A table for each value given the k values before it, filled by counting."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.autoregressive.arrangement import Arrangement
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Form, Placed
from engine.autoregressive.steps import Steps
from engine.config import About, knob
from engine.words import said

MOST = 20_000_000  # numbers in the tables


class Tables(nn.Module):
    """P numbers for each value of the k values before, D^min(i, k) rows for value i.

    With k = N - 1 this is the full table: the chain rule alone saves nothing.
    """

    def __init__(self, form: Form, arrangement: Arrangement, k: int) -> None:
        super().__init__()
        self.arrangement, self.levels = arrangement, form.levels
        self.k = k = min(k, form.values - 1)
        rows = [form.levels ** min(i, k) for i in range(form.values)]
        if sum(rows) * form.width * max(1, form.classes) > MOST:
            raise ValueError(
                said(
                    "Tables for the {k} values before need {numbers:.2g} numbers; {most:,} is the "
                    "most. Use fewer values before, fewer levels or a smaller picture.",
                    k=k,
                    numbers=float(sum(rows) * form.width * max(1, form.classes)),
                    most=MOST,
                )
            )
        starts = torch.tensor([0, *rows]).cumsum(0)
        self.register_buffer("starts", starts[:-1], persistent=False)
        self.classes = form.classes
        self.table = nn.Parameter(torch.zeros(max(1, form.classes), int(starts[-1]), form.width))

    def rows(self, levels: Tensor) -> Tensor:
        """(B, N) integer levels in order to the row of each value's own table, (B, N)."""
        place = torch.zeros_like(levels)
        for back in range(1, self.k + 1):
            place[:, back:] += levels[:, :-back] * self.levels ** (back - 1)
        return place + self.get_buffer("starts")

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        rows = self.rows(self.whole(self.arrangement.row(z)))
        label = y[:, None] if self.classes and y is not None else torch.zeros_like(rows[:, :1])
        return self.arrangement.picture(self.table[label, rows].permute(0, 2, 1))

    def whole(self, values: Tensor) -> Tensor:
        """Scaled values to the levels that they stand for."""
        return ((values + 1) * ((self.levels - 1) / 2)).round().long()

    def steps(self, z: Tensor, y: Tensor | None) -> Steps:
        """See `engine.autoregressive.steps`."""
        label = y if self.classes and y is not None else 0
        place = torch.zeros(len(z), dtype=torch.int64, device=z.device)
        most = self.levels ** max(0, self.k - 1)
        for start in self.get_buffer("starts"):
            value = yield self.table[label, start + place]
            if self.k:
                place = place % most * self.levels + self.whole(value)

    @torch.no_grad()
    def count(self, x: Tensor, y: Tensor, extra: float) -> None:
        """Fill the tables: p(level) = (times seen + extra) / (times its row was seen + D · extra).

        Args:
            x: (n, C, H, W) integer levels.
            y: (n,) classes.
            extra: added to every count, above 0.

        Source: Laplace 1774; the maximum likelihood as it goes to 0.
        """
        if self.table.shape[2] != self.levels - 1:
            raise ValueError(said("Counting fills free probabilities; choose the output Softmax."))
        values = self.arrangement.row(x.long())
        rows = self.rows(values)
        label = y[:, None] if self.classes else torch.zeros_like(rows[:, :1])
        every, total, _ = self.table.shape
        flat = (label * total + rows) * self.levels + values
        counts = flat.flatten().bincount(minlength=every * total * self.levels).double() + extra
        logs = counts.view(every, total, self.levels).log()
        self.table.copy_(logs[..., 1:] - logs[..., :1])


@AUTOREGRESSIVE.register
class Markov(Placed):
    about: ClassVar[About] = About(
        id="markov",
        label="Table of the values before",
        summary="A table for each value, given the k values before it in the order.",
        formula=r"p(x_i \mid x_{i-k}, \dots, x_{i-1}) = "
        r"\frac{n(x_{i-k}, \dots, x_i) + \alpha}{n(x_{i-k}, \dots, x_{i-1}) + D \alpha}",
        source="Shannon 1948, A mathematical theory of communication, section 3",
        url="https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
    )
    k: int = knob(
        4, "Values before", "How many of the last values a table knows; all: the full table.",
        ge=0, le=30, unit="values",
    )  # fmt: skip
    extra: float = knob(
        0.5, "Added count α", "Added to every count, so that nothing unseen is impossible.",
        ge=1e-9, le=10, log=True,
    )  # fmt: skip

    def network(self, form: Form, seed: int) -> nn.Module:
        return Tables(form, self.arrangement(form), self.k)
