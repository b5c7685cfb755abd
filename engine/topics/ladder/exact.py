"""What does a model say of every picture there is? Then nothing about it is an estimate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.autoregressive.density import Density
from engine.nn.taps import evaluating
from engine.topics.ladder.sources import Floats, entropy, pictures

AT_ONCE = 8192  # pictures


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """A model against the source, over all pictures."""

    log_q: Floats  # (65536,) nats
    total: float  # sum of q over all pictures: 1 for a distribution
    cross: float  # bits a picture: what the model needs for pictures of the source
    entropy: float  # bits a picture: what is needed at least

    @property
    def divergence(self) -> float:
        """KL(p || q) in bits a picture, of a model whose total is 1; else no divergence at all."""
        return self.cross - self.entropy


@torch.no_grad()
def log_q(model: Density) -> Floats:
    """(65536,) nats, of all pictures in order."""
    with evaluating(model):
        found = [model(x).flatten(1).double().sum(1) for x in pictures().split(AT_ONCE)]
    return np.asarray(torch.cat(found).numpy())


def exact(q: Floats, p: Floats) -> Exact:
    """Args: log q and p of all pictures, (65536,) each."""
    cross = float(-(p * q).sum() / np.log(2))
    return Exact(q, float(np.exp(q).sum()), cross, entropy(p))


def mixture(logs: Sequence[Floats]) -> Floats:
    """log of the mean of several q: the average over orders that is a distribution again.

    Source: Uria, Murray and Larochelle 2014, A deep and tractable density estimator, section 4.2.
    """
    return np.asarray(np.logaddexp.reduce(np.stack(logs)) - np.log(len(logs)))


@torch.no_grad()
def mean_of_logits(models: Sequence[Density]) -> Floats:
    """log of what comes of averaging each pixel's logits over models of several orders.

    Each factor is between 0 and 1, and their product is no distribution: pixel i of one order is
    given pixels that in another order are given pixel i.
    """
    found = []
    for x in pictures().split(AT_ONCE):
        logits = torch.stack([_margin(model, x) for model in models]).mean(0)  # (B, C, H, W)
        signed = torch.where(x == 1, logits, -logits)
        found.append(torch.nn.functional.logsigmoid(signed).flatten(1).double().sum(1))
    return np.asarray(torch.cat(found).numpy())


def _margin(model: Density, x: Tensor) -> Tensor:
    """log p(1) - log p(0) of every pixel: (B, C, H, W)."""
    both = model.logits(x)  # (B, C, 2, H, W)
    return both[:, :, 1] - both[:, :, 0]
