"""What does "not known" mean when two columns move together?

x₁ and x₂ are standard normal with correlation ρ, and the model is f(x) = w₁x₁ + w₂x₂. To leave x₂
out can mean to replace it by anybody's x₂ (interventional: what does the model do?), or to infer it
from x₁ (conditional: what do the data say?). Both are Shapley values; of different games.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.config import Config, knob
from engine.device import number_for
from engine.topics.explain_tables.shapley.exact import shapley
from engine.topics.explain_tables.shapley.explained import Explained
from engine.topics.explain_tables.shapley.value import gaussian, interventional

Floats = NDArray[np.float64]
PEOPLE = 500  # points of the cloud, which are the background as well
OUTSIDE = 9.2103  # χ² with two degrees of freedom: 99 % of the cloud lie within


class Correlated(Config):
    """The model, the row and how the columns hang together."""

    correlation: float = knob(
        0.8, "Correlation ρ", "Of the two columns.", ge=-0.99, le=0.99, step=0.01
    )
    first_weight: float = knob(1.0, "Weight w₁", "Of the first column.", ge=-2, le=2, step=0.1)
    second_weight: float = knob(
        0.0, "Weight w₂", "Of the second column; at 0 the model ignores it.", ge=-2, le=2, step=0.1
    )
    first: float = knob(1.5, "Value x₁", "Of the explained row.", ge=-3, le=3, step=0.1)
    second: float = knob(1.0, "Value x₂", "Of the explained row.", ge=-3, le=3, step=0.1)
    seed: int = knob(0, "Seed of the cloud", ge=0, le=9999, more=True)


class Both(NamedTuple):
    """Shapley values of x₁ and x₂, (2,) or (2, n), of both games."""

    interventional: Floats
    conditional: Floats


def closed_form(config: Correlated, correlation: Floats | float) -> Both:
    """φ_i = w_i x_i, and φ₁ = ½ [v({1}) + f − v({2})] with v({i}) = (w_i + ρ w_j) x_i.

    Args:
        config: weights and row.
        correlation: ρ, a number or (n,).

    Source: Aas, Jullum and Løland 2021, section 2; Chen, Janizek, Lundberg and Lee 2020.
    """
    rho = np.asarray(correlation, np.float64)
    w, x = (config.first_weight, config.second_weight), (config.first, config.second)
    plain = np.array([w[0] * x[0], w[1] * x[1]])
    alone = np.stack([(w[0] + rho * w[1]) * x[0], (w[1] + rho * w[0]) * x[1]])  # (2, ...)
    both = (plain.sum() + alone - alone[::-1]) / 2
    return Both(np.broadcast_to(plain.reshape(2, *[1] * rho.ndim), both.shape), both)


def cloud(config: Correlated) -> Floats:
    """(500, 2) points with the chosen correlation; the same noise at every correlation."""
    draw = np.random.default_rng(number_for(config.seed, "cloud"))
    z = draw.standard_normal((PEOPLE, 2))
    rho = config.correlation
    return np.stack([z[:, 0], rho * z[:, 0] + np.sqrt(1 - rho**2) * z[:, 1]], 1)


def computed(config: Correlated) -> Both:
    """The same, found without the formulas: by replacing values with those of the cloud, and by
    drawing what is not known from the normal distribution that the known leaves of it.

    A normal distribution's mean is 0, the cloud's is not quite: the two differ by that.
    """
    weights = np.array([config.first_weight, config.second_weight])
    row, points = np.array([config.first, config.second]), cloud(config)
    model = Explained(predict=lambda rows: rows @ weights, features=("x₁", "x₂"))
    covariance = np.array([[1, config.correlation], [config.correlation, 1]])
    normal = gaussian(model.predict, row, np.zeros(2), covariance, 64, config.seed)
    return Both(shapley(interventional(model, row, points)), shapley(normal))


def hybrids(config: Correlated) -> tuple[Floats, float]:
    """What the interventional game asks the model about: rows (1000, 2) with one value of the
    explained row and one of somebody else; and the share of them that lie where there are no data,
    outside of the ellipse that holds 99 % of the distribution."""
    points = cloud(config)
    first = np.stack([np.full(PEOPLE, config.first), points[:, 1]], 1)
    second = np.stack([points[:, 0], np.full(PEOPLE, config.second)], 1)
    rows, rho = np.concatenate([first, second]), config.correlation
    distance = (rows[:, 0] ** 2 - 2 * rho * rows[:, 0] * rows[:, 1] + rows[:, 1] ** 2) / (
        1 - rho**2
    )
    return rows, float((distance > OUTSIDE).mean())


def ellipse(correlation: float, points: int = 120) -> Floats:
    """(points, 2) along the line that holds 99 % of the distribution."""
    angle = np.linspace(0, 2 * np.pi, points)
    a, b = np.cos(angle), np.sin(angle)
    return np.sqrt(OUTSIDE) * np.stack([a, correlation * a + np.sqrt(1 - correlation**2) * b], 1)
