"""Card payments whose risk depends on the city only together with the trade: can an explanation
show an effect that no single column has?"""

import math
from functools import lru_cache
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.words import said

CATEGORIES = ("groceries", "restaurants", "electronics", "travel")
CITIES = ("Northport", "Eastbridge", "Southvale", "Westhaven")
FEATURES = (
    "amount (EUR)",
    "hour (0-23)",
    "category",
    "city",
    "online",
    "account age (months)",
    "distance from home (km)",
    "limit used (%)",
)
# Log-odds by category and city. Every city has one risky trade, one safe one and two neutral
# ones, so that cities do not differ once the categories are averaged.
INTERACTION = 2.5 * torch.tensor(
    [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [1.0, 1.0, -1.0, -1.0], [-1.0, -1.0, 1.0, 1.0]],
    dtype=torch.float64,
)
AMOUNT, DISTANCE, AGE, ONLINE, NIGHT = 0.8, 0.5, -0.6, 0.8, 1.0  # weights in the log-odds
SPREAD = {"amount": 0.9, "distance": 1.0, "age": 0.7}  # standard deviations of the logarithms
ONLINE_SHARE, NIGHT_HOURS = 0.4, 6


@DATASETS.register
class CardFraud(Dataset):
    """Synthetic payments, all columns but the last drawn independently.

    amount = 40 e^{0.9 z} EUR, distance = 8 e^z km, account age = 36 e^{0.7 z} months, z normal;
    hour, category and city uniform; online with probability 0.4. The limit used has no effect; it
    is a proxy, tied to the amount by `correlation`. The log-odds of fraud are

        b + 0.8 ln(amount / 40) + 0.5 ln(distance / 8) - 0.6 ln(age / 36)
          + 0.8 [online] + 1.0 [hour < 6] + W[category, city]

    where W is +2.5 for electronics in Northport and Eastbridge and for travel in Southvale and
    Westhaven, -2.5 for the two trades the other way round, 0 for groceries and restaurants, and b
    makes the expected fraud rate the chosen one. `risk` gives the probability of each row.
    """

    about: ClassVar[About] = About(
        id="card_fraud",
        label="Card fraud",
        summary="Synthetic payments: the city matters only together with the trade.",
        formula=r"\ln\frac{p}{1-p}=b+0.8\ln\frac{\text{amount}}{40}+0.5\ln\frac{\text{distance}}{8}"
        r"-0.6\ln\frac{\text{age}}{36}+0.8\,[\text{online}]+[\text{hour}<6]"
        r"+W_{\text{category},\text{city}}",
    )
    kind: ClassVar[Kind] = "table"
    prevalence: float = knob(
        0.08, "Fraud rate", "Expected share of fraud.", ge=0.01, le=0.3, step=0.01
    )
    correlation: float = knob(
        0.0,
        "Proxy",
        "Correlation of the limit used, which has no effect, with the logarithm of the amount.",
        ge=0,
        le=0.99,
        step=0.01,
    )
    examples: int = knob(4000, "Examples", ge=200, le=50_000, log=True, more=True)

    def load(self, seed: int) -> Data:
        draw = generator(seed, "data", "card_fraud")
        n = self.examples
        z = torch.randn(4, n, generator=draw, dtype=torch.float64)
        chance = torch.rand(2, n, generator=draw, dtype=torch.float64)
        hour, category, city = (torch.randint(k, (n,), generator=draw) for k in (24, 4, 4))
        rho = self.correlation
        proxy = rho * z[0] + math.sqrt(1 - rho**2) * z[3]
        columns = [
            40 * (SPREAD["amount"] * z[0]).exp(),
            hour,
            category,
            city,
            chance[0] < ONLINE_SHARE,
            36 * (SPREAD["age"] * z[2]).exp(),
            8 * (SPREAD["distance"] * z[1]).exp(),
            100 * torch.special.ndtr(proxy),
        ]
        x = torch.stack([column.float() for column in columns], dim=1)  # (N, 8)
        y = (chance[1] < risk(x, self.prevalence)).long()
        return Data(
            x=x,
            y=y,
            classes=(said("genuine"), said("fraud")),
            features=FEATURES,
            codes={"category": CATEGORIES, "city": CITIES, "online": ("no", "yes")},
        )


def log_odds(x: Tensor, prevalence: float = 0.08) -> Tensor:
    """The formula of `CardFraud`.

    Args:
        x: (N, 8) raw columns, before scaling.
        prevalence: expected share of fraud, 0.01 to 0.3.

    Returns:
        (N,) float64, nats.
    """
    amount, hour, category, city, online, age, distance, _ = x.double().unbind(1)
    return (
        intercept(prevalence)
        + AMOUNT * (amount / 40).log()
        + DISTANCE * (distance / 8).log()
        + AGE * (age / 36).log()
        + ONLINE * online
        + NIGHT * (hour < NIGHT_HOURS)
        + INTERACTION[category.long(), city.long()]
    )


def risk(x: Tensor, prevalence: float = 0.08) -> Tensor:
    """The true probability of fraud (N,) of raw rows (N, 8): what a perfect model would say."""
    return log_odds(x, prevalence).sigmoid()


@lru_cache(maxsize=64)
def intercept(prevalence: float) -> float:
    """b such that the expected risk is `prevalence`: bisection on the exact expectation.

    The normal part of the log-odds is integrated by Gauss-Hermite quadrature, the rest summed.
    """
    node, weight = np.polynomial.hermite_e.hermegauss(48)
    weight = weight / weight.sum()
    normal = math.hypot(
        AMOUNT * SPREAD["amount"], DISTANCE * SPREAD["distance"], AGE * SPREAD["age"]
    )
    night = NIGHT_HOURS / 24
    together = np.zeros(1), np.ones(1)  # log-odds and their probabilities
    for values, shares in (
        (normal * node, weight),
        (np.array([0, ONLINE]), np.array([1 - ONLINE_SHARE, ONLINE_SHARE])),
        (np.array([0, NIGHT]), np.array([1 - night, night])),
        (INTERACTION.flatten().numpy(), np.full(16, 1 / 16)),
    ):
        together = (
            np.add.outer(together[0], values).ravel(),
            np.multiply.outer(together[1], shares).ravel(),
        )
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = (together[1] / (1 + np.exp(-(middle + together[0])))).sum()
        low, high = (middle, high) if expected < prevalence else (low, middle)
    return (low + high) / 2
