"""Cross-entropy: the nats that the model's probabilities spend on the true class."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from engine.config import About
from engine.nn.losses._spec import LOSSES, Loss


@LOSSES.register
class CrossEntropy(Loss):
    about: ClassVar[About] = About(
        id="cross_entropy",
        label="Cross-entropy",
        summary="Minus the log-probability that softmax gives to the true class.",
        formula=r"-\log \frac{e^{z_t}}{\sum_k e^{z_k}}",
        source="Bishop 2006, equation 4.108",
        url="https://www.microsoft.com/en-us/research/people/cmbishop/prml-book/",
    )
    tasks: ClassVar[tuple[str, ...]] = ("classification",)
    unit: ClassVar[str] = "nats"

    def mean(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(outputs, targets)
