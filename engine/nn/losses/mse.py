"""Mean squared error: punishes large errors most."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from engine.config import About
from engine.nn.losses._spec import LOSSES, Loss


@LOSSES.register
class MeanSquaredError(Loss):
    about: ClassVar[About] = About(
        id="mse",
        label="Squared error",
        summary="The mean squared difference; of a class, from its one-hot code.",
        formula=r"\frac1K\sum_k (\hat y_k - y_k)^2",
        source="Bishop 2006, equation 3.12",
        url="https://www.microsoft.com/en-us/research/people/cmbishop/prml-book/",
    )
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")

    def mean(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.mse_loss(outputs, as_values(targets, outputs))


def as_values(targets: Tensor, outputs: Tensor) -> Tensor:
    """Class indices as one-hot rows like the outputs; values as they are."""
    if targets.is_floating_point():
        return targets
    return F.one_hot(targets, outputs.shape[-1]).to(outputs.dtype)
