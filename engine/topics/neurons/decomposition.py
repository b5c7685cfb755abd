"""Of what is the error of a fit made? Bias, variance and noise, measured over many data sets."""

from dataclasses import dataclass

import numpy as np
import torch

from engine.device import generator
from engine.topics.neurons.curves import DEGREES, Sample, at_places, nested, true
from engine.topics.neurons.points import Floats

SETS, GRID = 500, 50  # data sets, and places at which their fits are judged


@dataclass(frozen=True, slots=True)
class Decomposed:
    """Mean squared errors of each degree over all data sets and places, K of them."""

    bias: Floats  # (K,) of the mean fit, squared
    variance: Floats  # (K,) of the fits about their mean
    noise: float  # σ²
    exact: Floats  # (K,) error against the function without noise
    fresh: Floats  # (K,) error against new noisy values
    deviation: Floats  # (K,) standard error of `fresh` about the sum of the three

    @property
    def identity(self) -> float:
        """Largest relative difference of bias² + variance to the error without noise."""
        both = self.bias + self.variance
        scale = np.maximum(self.exact, np.finfo(float).tiny)
        return float((np.abs(both - self.exact) / scale).max())

    @property
    def off(self) -> Floats:
        """(K,) by how many standard errors the sum misses the error on new values."""
        gap = self.fresh - (self.bias + self.variance + self.noise)
        return np.divide(gap, self.deviation, out=np.zeros_like(gap), where=self.deviation > 0)


def decomposed(sample: Sample, ridge: float, sets: int = SETS) -> Decomposed:
    """All degrees on all data sets, by one QR for each data set.

    $\\mathbb E(\\hat f-y)^2=(\\bar f-f)^2+\\mathbb E(\\hat f-\\bar f)^2+\\sigma^2$ for
    $y=f(x)+\\varepsilon$. Over the drawn data sets the first two add up exactly. With given fits,
    what new noise adds is $\\varepsilon^2-2(\\hat f-f)\\varepsilon$ of mean σ² and variance
    $2\\sigma^4+4\\sigma^2(\\hat f-f)^2$; hence the standard error.

    Source: Geman, Bienenstock and Doursat 1992, Neural networks and the bias/variance dilemma,
    section 2.2; Hastie, Tibshirani and Friedman 2009, equation 7.9.
    """
    source = generator(sample.seed, "neurons", "data sets")
    shape = (sets, sample.count)
    x = (2 * torch.rand(shape, generator=source, dtype=torch.float64) - 1).numpy()
    noise = torch.randn(shape, generator=source, dtype=torch.float64).numpy()
    y = true(sample.truth, x) + sample.noise * noise
    most = DEGREES if ridge else min(DEGREES, sample.count - 1)
    qr = nested(x, ridge, most)
    at = np.linspace(-1, 1, GRID)
    f = true(sample.truth, at)
    fits = np.cumsum(at_places(qr, at) * qr.parts(y)[:, None, :], axis=-1)  # (S, G, K)
    mean = fits.mean(0)
    off = fits - f[:, None]
    exact = (off**2).mean((0, 1))
    sigma = sample.noise
    new = sigma * torch.randn((sets, GRID), generator=source, dtype=torch.float64).numpy()
    fresh = ((off - new[:, :, None]) ** 2).mean((0, 1))
    spread = 2 * sigma**4 + 4 * sigma**2 * exact
    return Decomposed(
        bias=((mean - f[:, None]) ** 2).mean(0),
        variance=((fits - mean) ** 2).mean((0, 1)),
        noise=sigma**2,
        exact=exact,
        fresh=fresh,
        deviation=np.sqrt(spread / (sets * GRID)),
    )
