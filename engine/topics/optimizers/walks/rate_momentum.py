"""How many steps to the minimum at each learning rate and momentum?"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import AfterValidator, model_validator

from engine.config import bounds, knob
from engine.optim import OPTIMIZERS, Optimizer
from engine.topics.optimizers.surfaces import SURFACES, Surface
from engine.topics.optimizers.walks.basins import Goal
from engine.topics.optimizers.walks.settle import settle
from engine.topics.optimizers.walks.walk import noise_of, point
from engine.words import said

Floats = NDArray[np.float64]
MEMORIES = ("momentum", "beta1")  # knobs that say how much of the last step is kept


def memory(id: str) -> str | None:
    """The knob of an optimizer that is its momentum, or None."""
    return next((name for name in MEMORIES if name in OPTIMIZERS[id].model_fields), None)


class RateMomentum(Goal):
    """One optimizer and one start, over learning rates and momenta."""

    surface: Annotated[Surface, SURFACES.field()] = knob(
        SURFACES["bowl"](), "Surface", "What is made smaller."
    )
    optimizer: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["momentum"](), "Optimizer", "Whose learning rate and momentum vary."
    )
    start: Annotated[tuple[float, ...], AfterValidator(point)] = knob(
        (), "Start", "x1 and x2; empty: the surface's own.", max_length=2
    )
    side: int = knob(60, "Grid", "Values along each axis.", ge=5, le=200)
    lowest: float = knob(1e-4, "Lowest rate", "Left border.", ge=1e-6, le=1, log=True, more=True)
    highest: float = knob(1.0, "Highest rate", "Right border.", ge=1e-5, le=10, log=True, more=True)
    most: float = knob(
        0.99, "Highest momentum", "Upper border.", ge=0.1, le=0.999, step=0.01, more=True
    )

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        return [id for id in OPTIMIZERS if memory(id)] if name == "optimizer" else None

    @model_validator(mode="after")
    def _fits(self) -> "RateMomentum":
        if memory(self.optimizer.id) is None:
            raise ValueError(
                said(
                    "{label} has no momentum. Those that have: {ids}.",
                    label=self.optimizer.about.label,
                    ids=", ".join(self.allowed("optimizer", {}) or []),
                )
            )
        if self.lowest >= self.highest:
            raise ValueError(
                said(
                    "Rates from {lowest:g} to {highest:g} are no range.",
                    lowest=self.lowest,
                    highest=self.highest,
                )
            )
        return self


@dataclass(frozen=True, slots=True)
class RateMap:
    """Rows are momenta from the lowest, columns learning rates from the lowest."""

    rates: Floats  # (side,) spaced evenly in the logarithm
    momenta: Floats  # (side,)
    minimum: NDArray[np.int16]  # (side, side) -1 none, -2 diverged
    steps: NDArray[np.int32]  # (side, side)
    knob: str  # which knob of the optimizer varies


def rate_map(config: RateMomentum) -> RateMap:
    """All pairs at once, float32.

    On a quadratic of curvatures μ to L momentum is fastest at β = ((√κ − 1) / (√κ + 1))²,
    κ = L / μ, with a learning rate of (2 / (√L + √μ))².

    Source: Polyak 1964, Some methods of speeding up the convergence of iteration methods.
    """
    surface, side = config.surface, config.side
    name = str(memory(config.optimizer.id))
    least, _ = bounds(config.optimizer.knobs()[name])  # Nesterov's is not 0
    rates = np.geomspace(config.lowest, config.highest, side)
    momenta = np.linspace(least, config.most, side)
    rows, columns = np.meshgrid(momenta, rates, indexing="ij")
    origin = config.start or surface.start
    minimum, steps = settle(
        surface,
        config.optimizer,
        torch.tensor(origin)[:, None].repeat(1, side * side),
        torch.from_numpy(columns.reshape(-1)).float(),
        steps=config.steps,
        tolerance=config.tolerance,
        noise=noise_of(surface, config.seed, config.steps),
        knobs={name: torch.from_numpy(rows.reshape(-1)).float()},
    )
    return RateMap(rates, momenta, minimum.reshape(side, side), steps.reshape(side, side), name)
