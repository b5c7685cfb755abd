"""Mean absolute error: an outlier pulls no harder than any other example."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from engine.config import About
from engine.nn.losses._spec import LOSSES, Loss
from engine.nn.losses.mse import as_values


@LOSSES.register
class MeanAbsoluteError(Loss):
    about: ClassVar[About] = About(
        id="l1",
        label="Absolute error",
        summary="The mean absolute difference; outliers pull no harder than the rest.",
        formula=r"\frac1K\sum_k |\hat y_k - y_k|",
        source="Portnoy and Koenker 1997, The Gaussian hare and the Laplacian tortoise; "
        "the idea is of Boscovich 1757 and Laplace 1789",
        url="https://doi.org/10.1214/ss/1030037960",
    )
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")

    def mean(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.l1_loss(outputs, as_values(targets, outputs))
