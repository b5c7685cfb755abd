"""Every value by itself: what a model gains must be measured against this."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.autoregressive.arrangement import Arrangement
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Form, Placed
from engine.autoregressive.steps import Steps
from engine.config import About


class Marginals(nn.Module):
    """P numbers for each place and class, whatever the picture."""

    def __init__(self, form: Form, arrangement: Arrangement) -> None:
        super().__init__()
        self.arrangement, self.classes = arrangement, form.classes
        self.bias = nn.Parameter(torch.zeros(max(1, form.classes), form.width, form.values))

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        return self.arrangement.picture(self.all(self.arrangement.row(z), y))

    def all(self, values: Tensor, y: Tensor | None) -> Tensor:
        """(B, P, N)"""
        return self.bias[y] if self.classes else self.bias.expand(len(values), -1, -1)

    def steps(self, z: Tensor, y: Tensor | None) -> Steps:
        """See `engine.autoregressive.steps`."""
        numbers = self.all(z, y)
        for i in range(self.arrangement.size):
            yield numbers[:, :, i]


@AUTOREGRESSIVE.register
class Independent(Placed):
    about: ClassVar[About] = About(
        id="independent",
        label="Independent pixels",
        summary="Each pixel has its own distribution and looks at no other.",
        formula=r"p(x) = \prod_i p_i(x_i)",
    )

    def network(self, form: Form, seed: int) -> nn.Module:
        return Marginals(form, self.arrangement(form))
