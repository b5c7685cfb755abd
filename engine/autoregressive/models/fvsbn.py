"""One logistic regression a pixel on all pixels before it: FVSBN."""

from math import sqrt
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.autoregressive.arrangement import Arrangement
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Form, Placed
from engine.autoregressive.steps import Steps
from engine.config import About
from engine.device import generator
from engine.words import said

MOST = 50_000_000  # weights


class Regressions(nn.Module):
    """θ_i = A_i x_{<i} + b_i, for all i in one product with a strictly lower triangular matrix.

    Only the triangle is stored: P n (n - 1) / 2 weights and P n biases.
    """

    def __init__(self, form: Form, arrangement: Arrangement, seed: int) -> None:
        super().__init__()
        self.arrangement, width, size = arrangement, form.width, form.values
        if width * size * (size - 1) // 2 > MOST:
            raise ValueError(
                said(
                    "{size} values with {width} numbers each need more than {most:,} weights. Use "
                    "fewer levels, a smaller picture or a convolutional model.",
                    size=size,
                    width=width,
                    most=MOST,
                )
            )
        self.weight = nn.Parameter(torch.zeros(width, size * (size - 1) // 2))
        self.bias = nn.Parameter(torch.zeros(width, size))
        self.register_buffer("places", torch.tril_indices(size, size, -1), persistent=False)
        self.condition = nn.Embedding(form.classes, width * size) if form.classes else None
        with torch.no_grad():
            draw = generator(seed, "weights", "fvsbn")
            self.weight.normal_(0, 0.1 / sqrt(max(1, size)), generator=draw)
            if self.condition is not None:
                self.condition.weight.zero_()

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        values = self.arrangement.row(z)
        width, size = self.bias.shape
        i, j = self.places  # type: ignore[misc]
        matrix = self.weight.new_zeros(width, size, size)
        matrix[:, i, j] = self.weight  # (P, N, N)
        rows = torch.einsum("pij,bj->bpi", matrix, values) + self.bias
        if self.condition is not None:
            rows = rows + self.condition(y).unflatten(1, (width, size))
        return self.arrangement.picture(rows)

    def steps(self, z: Tensor, y: Tensor | None) -> Steps:
        """See `engine.autoregressive.steps`: a row of the triangle a value."""
        values = z.new_zeros(len(z), self.arrangement.size)
        start = self.bias.expand(len(z), -1, -1)  # (B, P, N)
        if self.condition is not None:
            start = start + self.condition(y).unflatten(1, self.bias.shape)
        at = 0
        for i in range(self.arrangement.size):
            row = self.weight[:, at : at + i]  # (P, i)
            values[:, i] = yield start[:, :, i] + values[:, :i] @ row.T
            at += i


@AUTOREGRESSIVE.register
class FVSBN(Placed):
    about: ClassVar[About] = About(
        id="fvsbn",
        label="FVSBN",
        summary="A logistic regression for each pixel on all pixels before it.",
        formula=r"p(x_i = 1 \mid x_{<i}) = \sigma(\theta_i^\top x_{<i} + \theta_{i0})",
        source="Neal 1992, Connectionist learning of belief networks; Frey 1998",
        url="https://doi.org/10.1016/0004-3702(92)90065-6",
    )

    def network(self, form: Form, seed: int) -> nn.Module:
        return Regressions(form, self.arrangement(form), seed)
