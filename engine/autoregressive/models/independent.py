"""Every value by itself: what a model gains must be measured against this."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.autoregressive.models._order import as_picture, check_size
from engine.autoregressive.models._spec import AUTOREGRESSIVE, Autoregressive
from engine.config import About


class Marginals(nn.Module):
    """P numbers for each place and class, whatever the picture."""

    def __init__(
        self, shape: tuple[int, int, int], width: int, classes: int, order: Sequence[int]
    ) -> None:
        super().__init__()
        self.shape, self.order = shape, tuple(order)
        size = shape[0] * shape[1] * shape[2]
        self.bias = nn.Parameter(torch.zeros(max(1, classes), width, size))
        self.classes = classes

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        check_size(z, self.shape)
        rows = self.bias[y] if self.classes else self.bias.expand(len(z), -1, -1)  # (B, P, N)
        return as_picture(rows, self.shape, self.order)


@AUTOREGRESSIVE.register
class Independent(Autoregressive):
    about: ClassVar[About] = About(
        id="independent",
        label="Independent pixels",
        summary="Each pixel has its own distribution and looks at no other.",
        formula=r"p(x) = \prod_i p_i(x_i)",
    )
    convolutional: ClassVar[bool] = False

    def network(
        self, shape: tuple[int, int, int], width: int, classes: int, seed: int, order: Sequence[int]
    ) -> nn.Module:
        return Marginals(shape, width, classes, order)
