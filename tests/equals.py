"""Races between equals: real trainings of one rule, from which contestants are drawn.

The pool is Adam on the race's own network, 320 seeds at each of three learning rates, trained by
the engine's own `race`. Whoever is drawn from it is as good as everybody else: a verdict that one
beats another is wrong. `python -m tests.equals` trains the pool anew, in about five minutes.
"""

import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.runs.events import Done
from engine.statistics import Comparison, compare, typical
from engine.topics.optimizers.races.race import BASE
from engine.training.sweep import race

FILE = Path(__file__).with_suffix(".json")
RATES = (0.01, 0.03, 0.1)
SEEDS, TOGETHER = 320, 80
Floats = NDArray[np.float64]


@cache
def pool() -> Floats:
    """(L, N) final validation losses in nats, a row a rate and a column a seed."""
    return np.array(json.loads(FILE.read_text(encoding="utf-8"))["validation_loss"])


def drawn(
    draw: np.random.Generator, contestants: int, seeds: int, noise: float = 1.0, lead: float = 1.0
) -> Floats:
    """(K, L, S) losses of a race: each contestant has seeds of its own from the pool.

    Args:
        draw: where the choice comes from.
        noise: power to which deviations from the centre of a rate are raised, of all contestants
            but two: equals that differ in how much the seed moves them.
        lead: how many times lower the losses of the first are.
    """
    chosen = draw.choice(SEEDS, (contestants, seeds), replace=False)
    losses = np.moveaxis(pool()[:, chosen], 0, 1)  # (K, L, S)
    centre = typical(pool(), ratio=True)[None, :, None]
    losses[2:] = centre * (losses[2:] / centre) ** noise
    losses[0] /= lead
    return losses


def judged(losses: Floats) -> Comparison:
    """The race as the page judges it: each contestant at the best of its rates."""
    best = typical(losses, ratio=True).argmin(1)  # (K,)
    own = losses[np.arange(len(losses)), best]  # (K, S)
    return compare(own, ratio=True, tried=losses.shape[1])


def wrong(comparison: Comparison) -> bool:
    """Whether somebody is said to beat somebody: the best against each other one."""
    return any(verdict.real for _, _, verdict in comparison.against_best())


def beaten(comparison: Comparison, better: int, worse: int) -> bool:
    """Whether one is said to beat another."""
    verdict = comparison.verdict(worse, better)
    return verdict.real and verdict.difference > 0


def train() -> Floats:
    found = np.empty((len(RATES), SEEDS))
    for first in range(0, SEEDS, TOGETHER):
        seeds = range(first, first + TOGETHER)
        base = BASE.with_("optimizer", "adam")
        configs = [
            base.with_("learning_rate", rate).with_("seed", seed)
            for rate in RATES
            for seed in seeds
        ]
        *_, done = race(configs, torch.device("cpu"), lean=True)
        assert isinstance(done, Done)
        ends = [done.summary[f"validation_loss:{run}"] for run in range(len(configs))]
        found[:, first : first + TOGETHER] = np.reshape(ends, (len(RATES), TOGETHER))
    return found


def write(losses: Floats) -> None:
    rows = [[float(f"{loss:.6g}") for loss in row] for row in losses]
    content = {"rates": RATES, "validation_loss": rows}
    FILE.write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write(train()))
