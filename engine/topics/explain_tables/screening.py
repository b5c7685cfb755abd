"""How good is a test for a rare disease, and why does its accuracy say so little?

Scores of healthy people are N(0, 1), of ill ones N(d, 1), so that everything is known: the area
under the ROC curve is Φ(d / √2) (Green and Swets, Signal Detection Theory, 1966).
"""

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit, logit

from engine.config import Config, knob
from engine.device import generator

Floats = NDArray[np.float64]


class Screening(Config):
    """Two tests that the same people take."""

    prevalence: float = knob(0.01, "Share of ill people", ge=0.001, le=0.5, log=True)
    separation: float = knob(
        1.0,
        "Test A",
        "Distance d of ill from healthy scores, in standard deviations.",
        ge=0,
        le=5,
        step=0.1,
    )
    better: float = knob(
        2.0,
        "Test B",
        "Distance d of ill from healthy scores, in standard deviations.",
        ge=0,
        le=5,
        step=0.1,
    )
    people: int = knob(10_000, "People", ge=1000, le=50_000, log=True, more=True)
    seed: int = knob(0, "Seed of the people", ge=0, le=9999, more=True)


@lru_cache(maxsize=32)
def screened(config: Screening) -> tuple[NDArray[np.bool_], dict[str, Floats]]:
    """Who is ill (N,), exactly the chosen share and at least one; and the probability of illness
    that each test gives to each person, {"A": (N,), "B": (N,)}.

    By Bayes' rule a score z has the log-odds logit(prevalence) + d z − d² / 2.
    """
    ill = np.arange(config.people) < max(1, round(config.prevalence * config.people))
    found = {}
    for name, d in (("A", config.separation), ("B", config.better)):
        noise = torch.randn(
            config.people, generator=generator(config.seed, "screening", name), dtype=torch.float64
        )
        z = noise.numpy() + d * ill
        found[name] = expit(logit(config.prevalence) + d * z - d**2 / 2)
    return ill, found
