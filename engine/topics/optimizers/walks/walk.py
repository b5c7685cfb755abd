"""Where does each optimizer go from one start, and what does it have in mind on the way?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator
from torch import Tensor

from engine.config import knob
from engine.device import generator
from engine.optim import OPTIMIZERS, Optimizer
from engine.topics.optimizers.surfaces import SURFACES, Surface
from engine.topics.optimizers.walks.entrants import Entrants
from engine.topics.optimizers.walks.march import BOUND, advance, begin, coordinates
from engine.words import said

Floats = NDArray[np.float64]
Several = Annotated[str, Field(max_length=60)]
RATE = "learning_rate"


def point(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) not in (0, 2) or not all(math.isfinite(v) and abs(v) < BOUND for v in values):
        raise ValueError(
            said("A start is two numbers, x1 and x2. Received: {received}.", received=list(values))
        )
    return values


@dataclass(frozen=True, slots=True)
class Walker:
    """One walk's optimizer, and the setting in which it differs from others of the same."""

    optimizer: str
    name: str = ""  # of the setting; "learning_rate", or a knob of the rule
    value: float = 0.0


def varied(rule: Optimizer | None) -> list[str]:
    """Settings of an optimizer that several of its walks may differ in."""
    if rule is None:
        return []
    knobs = [name for name in rule.knobs() if isinstance(rule.get(name), bool | int | float)]
    return [RATE, *knobs]


class Walk(Entrants):
    """A surface, a start, and who walks."""

    surface: Annotated[Surface, SURFACES.field()] = knob(
        SURFACES["ravine"](), "Surface", "What is made smaller."
    )
    start: Annotated[tuple[float, ...], AfterValidator(point)] = knob(
        (), "Start", "x1 and x2; empty: the surface's own.", max_length=2
    )
    steps: int = knob(200, "Steps", "Updates of each optimizer.", ge=1, le=2000, log=True)
    several: Several = ""
    """A setting of an optimizer that takes part, as adam.learning_rate: it walks once for each of
    the values."""
    values: tuple[float, ...] = knob(
        (), "Its values", "One walk each, separated by commas; at most six.", max_length=6
    )
    seed: int = knob(
        0, "Seed", "Draws the noise of a noisy surface.", ge=0, le=2**31 - 1, more=True
    )

    @model_validator(mode="after")
    def _fits(self) -> "Walk":
        id, _, name = self.several.partition(".")
        if self.several and name not in varied(self.rule(id) if id in OPTIMIZERS else None):
            raise ValueError(said("There is no setting {name}.", name=repr(self.several)))
        if len(set(self.values)) < len(self.values):
            raise ValueError(
                said("Expected different values. Received: {values}.", values=list(self.values))
            )
        for walker in self.walkers():  # a value out of range is refused here
            self.rule_of(walker)
        return self

    def walkers(self) -> list["Walker"]:
        """Who walks: each optimizer once, and the one of `several` once for each value."""
        id, _, name = self.several.partition(".")
        values = self.values if self.several else ()
        return [
            walker
            for one in self.optimizers
            for walker in (
                [Walker(one, name, value) for value in values]
                if one == id and values
                else [Walker(one)]
            )
        ]

    def rule_of(self, walker: "Walker") -> Optimizer:
        """A walker's optimizer with its knobs."""
        rule = self.rule(walker.optimizer)
        if walker.name in ("", RATE):
            return rule
        whole = isinstance(rule.get(walker.name), bool)
        return rule.with_(walker.name, bool(walker.value) if whole else walker.value)

    def rate_of(self, walker: "Walker") -> float:
        """A walker's learning rate."""
        if walker.name == RATE:
            return walker.value
        return self.rate(walker.optimizer, self.surface)

    @property
    def origin(self) -> tuple[float, float]:
        return self.start or self.surface.start  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Paths:
    """K walks of T steps. After a walk diverged all its numbers are NaN."""

    walkers: tuple[Walker, ...]  # K
    optimizers: tuple[str, ...]  # K ids
    rates: tuple[float, ...]  # K learning rates, as used
    positions: Floats  # (K, T + 1, 2)
    losses: Floats  # (K, T + 1), without noise
    gradients: Floats  # (K, T, 2): what each optimizer was told at its position, noise included
    effective: Floats  # (K, T, 2): step over gradient, coordinate by coordinate
    direction: Floats  # (K, T + 1, 2): the momentum that a rule keeps; NaN where it keeps none
    squares: Floats  # (K, T + 1, 2): the mean or sum of squares that it keeps, likewise
    distance: Floats  # (K, T + 1): to the nearest minimum
    reached: NDArray[np.int64]  # (K,) number of the minimum nearest to the last finite point
    diverged: NDArray[np.int64]  # (K,) first step not finite or beyond the bound; -1: none

    def rest(self) -> Floats:
        """(K,) mean distance to a minimum over the last tenth; NaN of a walk that diverged."""
        last = max(1, self.distance.shape[1] // 10)
        mean: Floats = self.distance[:, -last:].mean(1)
        return mean


def noise_of(surface: Surface, seed: int, steps: int) -> Tensor | None:
    """(T, 2) σz, float64, the same for every optimizer and start; None without noise."""
    if not surface.noise:
        return None
    draws = torch.randn(steps, 2, generator=generator(seed, "noise"), dtype=torch.float64)
    return surface.noise * draws


@torch.inference_mode()
def walk(config: Walk) -> Paths:
    """All walks at once, in float64: one gradient call a step, then each rule's own update."""
    surface, steps, walkers = config.surface, config.steps, config.walkers()
    rules = [config.rule_of(walker) for walker in walkers]
    rates = [config.rate_of(walker) for walker in walkers]
    first = torch.tensor(config.origin, dtype=torch.float64)[:, None]  # (2, 1)
    states = [begin(rule, first) for rule in rules]
    history = [[state] for state in states]
    noise = noise_of(surface, config.seed, steps)
    x = first.repeat(1, len(rules))  # (2, K)
    positions, gradients = [x], []
    for step in range(1, steps + 1):
        gradient = torch.stack(surface.partials(*x.unbind()))
        if noise is not None:
            gradient = gradient + noise[step - 1, :, None]
        moved = []
        for k, (place, slope) in enumerate(zip(x.split(1, 1), gradient.split(1, 1), strict=True)):
            new, state = advance(rules[k], place, slope, history[k][-1], step, rates[k], {})
            history[k].append(state)
            moved.append(new)
        x = torch.cat(moved, 1)
        positions.append(x)
        gradients.append(gradient)
    path = torch.stack(positions).permute(2, 0, 1).contiguous()  # (K, T + 1, 2)
    diverged = _first_outside(path)
    for k, at in enumerate(diverged.tolist()):
        if at >= 0:
            path[k, at:] = torch.nan
    slope = torch.stack(gradients).permute(2, 0, 1)  # (K, T, 2)
    slope = slope.where(path[:, :-1].isfinite(), torch.nan)
    nearest, distance = surface.nearest(*path.unbind(-1))
    last = torch.where(diverged < 0, steps, diverged - 1)
    gone = path.isnan()
    return Paths(
        walkers=tuple(walkers),
        optimizers=tuple(walker.optimizer for walker in walkers),
        rates=tuple(rates),
        positions=path.numpy(),
        losses=surface.value(path).numpy(),
        gradients=slope.numpy(),
        effective=((path[:, :-1] - path[:, 1:]) / slope).numpy(),
        direction=_slots("direction", rules, history).masked_fill(gone, torch.nan).numpy(),
        squares=_slots("squares", rules, history).masked_fill(gone, torch.nan).numpy(),
        distance=distance.numpy(),
        reached=nearest.gather(1, last[:, None])[:, 0].numpy(),
        diverged=diverged.numpy(),
    )


def _first_outside(path: Tensor) -> Tensor:
    """(K, T + 1, 2) to (K,): first step that is not finite or beyond the bound, -1 for none."""
    outside = ~(path.abs() <= BOUND).all(-1)  # NaN compares false
    return torch.where(outside.any(1), outside.int().argmax(1), -1)


def _slots(
    what: str, rules: Sequence[Optimizer], history: list[list[tuple[Tensor, ...]]]
) -> Tensor:
    """(K, T + 1, 2) of the slot that is a rule's `direction` or `squares`, else NaN."""
    found = torch.full((len(history), len(history[0]), 2), torch.nan, dtype=torch.float64)
    for k, rule in enumerate(rules):
        if slot := getattr(rule, what):
            index = rule.slots.index(slot)
            slots = [coordinates(state[index], rule, 1) for state in history[k]]
            found[k] = torch.stack([one[:, 0] for one in slots if one is not None])
    return found
