"""What does softmax make of logits, and how does each probability answer to each logit?"""

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, field_validator

from engine.config import Config, knob
from engine.words import said

Logit = Annotated[float, Field(ge=-50, le=50)]


class SoftmaxConfig(Config):
    """Logits and the temperature that divides them."""

    logits: tuple[Logit, ...] = knob(
        (2.0, 1.0, 0.5, -1.0), "Logits", "One number a class, e.g. 2~1~-1.", max_length=12
    )
    temperature: float = knob(
        1.0,
        "Temperature T",
        "Near zero the largest takes all; large makes all classes alike.",
        ge=0.05,
        le=20,
        log=True,
    )

    @field_validator("logits")
    @classmethod
    def _several(cls, logits: tuple[float, ...]) -> tuple[float, ...]:
        if len(logits) < 2:
            raise ValueError(
                said("Softmax needs at least two logits. Received: {count}.", count=len(logits))
            )
        return logits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Softmax:
    """The probabilities of K classes and their slopes, float64."""

    probabilities: NDArray[np.float64]  # (K,) sum to 1
    jacobian: NDArray[np.float64]  # (K, K) ∂p_i / ∂s_j by autograd
    closed: NDArray[np.float64]  # (K, K) the same from the formula
    difference: float  # largest |autograd − formula|
    entropy: float  # nats, 0 where one class takes all
    most: float  # nats, ln K: of equal probabilities


def softmax(config: SoftmaxConfig) -> Softmax:
    """p = softmax(s / T), its entropy −Σ p ln p, and ∂p_i/∂s_j = p_i (𝟙[i = j] − p_j) / T.

    Source: Bridle 1990, Probabilistic interpretation of feedforward classification network
    outputs; the temperature as in Hinton, Vinyals and Dean 2015, Distilling the knowledge in a
    neural network, equation 1.
    """
    logits = torch.tensor(config.logits, dtype=torch.float64)  # (K,)

    def probabilities(s: torch.Tensor) -> torch.Tensor:
        return torch.softmax(s / config.temperature, 0)

    p = probabilities(logits)
    jacobian = torch.autograd.functional.jacobian(probabilities, logits)  # (K, K)
    closed = (torch.diag(p) - torch.outer(p, p)) / config.temperature
    return Softmax(
        probabilities=p.numpy(),
        jacobian=jacobian.numpy(),
        closed=closed.numpy(),
        difference=float((jacobian - closed).abs().max()),
        entropy=float(-torch.xlogy(p, p).sum()),
        most=math.log(len(p)),
    )
