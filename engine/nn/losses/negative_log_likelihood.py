"""Negative log-likelihood: the nats that a density spends on the data."""

from typing import ClassVar

from torch import Tensor

from engine.config import About
from engine.nn.losses._spec import LOSSES, Loss


@LOSSES.register
class NegativeLogLikelihood(Loss):
    about: ClassVar[About] = About(
        id="negative_log_likelihood",
        label="Negative log-likelihood",
        summary="Minus the log-density of each example under the model.",
        formula=r"-\log p_\theta(x)",
        source="Bishop 2006, Pattern recognition and machine learning, equation 9.14",
        url="https://www.microsoft.com/en-us/research/people/cmbishop/prml-book/",
    )
    tasks: ClassVar[tuple[str, ...]] = ("density",)
    unit: ClassVar[str] = "nats"

    def mean(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return -outputs.mean()
