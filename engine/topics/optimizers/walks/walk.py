"""Where does each optimizer go from one start, and what does it have in mind on the way?"""

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import AfterValidator
from torch import Tensor

from engine.config import knob
from engine.device import generator
from engine.topics.optimizers.surfaces import SURFACES, Surface
from engine.topics.optimizers.walks.entrants import Entrants
from engine.topics.optimizers.walks.march import BOUND, advance, begin, coordinates
from engine.words import said

Floats = NDArray[np.float64]


def point(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) not in (0, 2) or not all(math.isfinite(v) and abs(v) < BOUND for v in values):
        raise ValueError(
            said("A start is two numbers, x1 and x2. Received: {received}.", received=list(values))
        )
    return values


class Walk(Entrants):
    """A surface, a start, and who walks."""

    surface: Annotated[Surface, SURFACES.field()] = knob(
        SURFACES["ravine"](), "Surface", "What is made smaller."
    )
    start: Annotated[tuple[float, ...], AfterValidator(point)] = knob(
        (), "Start", "x1 and x2; empty: the surface's own.", max_length=2
    )
    steps: int = knob(200, "Steps", "Updates of each optimizer.", ge=1, le=2000, log=True)
    seed: int = knob(
        0, "Seed", "Draws the noise of a noisy surface.", ge=0, le=2**31 - 1, more=True
    )

    @property
    def origin(self) -> tuple[float, float]:
        return self.start or self.surface.start  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Paths:
    """K walks of T steps. After a walk diverged all its numbers are NaN."""

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


def noise_of(surface: Surface, seed: int, steps: int) -> Tensor | None:
    """(T, 2) σz, float64, the same for every optimizer and start; None without noise."""
    if not surface.noise:
        return None
    draws = torch.randn(steps, 2, generator=generator(seed, "noise"), dtype=torch.float64)
    return surface.noise * draws


@torch.inference_mode()
def walk(config: Walk) -> Paths:
    """All walks at once, in float64: one gradient call a step, then each rule's own update."""
    surface, steps, ids = config.surface, config.steps, config.optimizers
    rules = [config.rule(id) for id in ids]
    rates = [config.rate(id, surface) for id in ids]
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
        optimizers=ids,
        rates=tuple(rates),
        positions=path.numpy(),
        losses=surface.value(path).numpy(),
        gradients=slope.numpy(),
        effective=((path[:, :-1] - path[:, 1:]) / slope).numpy(),
        direction=_slots("direction", config, history).masked_fill(gone, torch.nan).numpy(),
        squares=_slots("squares", config, history).masked_fill(gone, torch.nan).numpy(),
        distance=distance.numpy(),
        reached=nearest.gather(1, last[:, None])[:, 0].numpy(),
        diverged=diverged.numpy(),
    )


def _first_outside(path: Tensor) -> Tensor:
    """(K, T + 1, 2) to (K,): first step that is not finite or beyond the bound, -1 for none."""
    outside = ~(path.abs() <= BOUND).all(-1)  # NaN compares false
    return torch.where(outside.any(1), outside.int().argmax(1), -1)


def _slots(what: str, config: Walk, history: list[list[tuple[Tensor, ...]]]) -> Tensor:
    """(K, T + 1, 2) of the slot that is a rule's `direction` or `squares`, else NaN."""
    found = torch.full((len(history), config.steps + 1, 2), torch.nan, dtype=torch.float64)
    for k, id in enumerate(config.optimizers):
        rule = config.rule(id)
        if slot := getattr(rule, what):
            index = rule.slots.index(slot)
            slots = [coordinates(state[index], rule, 1) for state in history[k]]
            found[k] = torch.stack([one[:, 0] for one in slots if one is not None])
    return found
