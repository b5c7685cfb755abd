"""Which learning rate does one short training suggest, whose rate grows from epoch to epoch?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.statistics import typical
from engine.training.config import TrainConfig
from engine.training.seeds import EMPTY, History
from engine.training.sweep import Sweep

Floats = NDArray[np.float64]
LOWEST, HIGHEST, EPOCHS = 1e-5, 10.0, 25


def range_test(base: TrainConfig, optimizers: Sequence[str], seeds: int) -> Sweep:
    """One training an optimizer and seed, in which every epoch has a larger rate than the last.

    Source: Smith 2017, Cyclical learning rates for training neural networks, section 3.3.
    """
    first, *others = (float(f"{rate:.4g}") for rate in np.geomspace(LOWEST, HIGHEST, EPOCHS))
    growing = TrainConfig(
        **{
            **dict(base),
            "learning_rate": first,
            "changes": tuple(enumerate(others, 1)),
            "epochs": EPOCHS,
            "schedule": type(base).model_fields["schedule"].default,
        }
    )
    return Sweep(base=growing, vary="optimizer", values=tuple(optimizers), seeds=seeds)


@dataclass(frozen=True, slots=True, eq=False)
class RangeCurve:
    """Loss of the mini-batches against the rate at which they were met, of one optimizer."""

    optimizer: str
    rates: Floats  # (E,) ascending
    losses: Floats  # (E,) typical over the seeds; NaN from where one of them died
    lowest: float | None  # the rate with the lowest loss; None where nothing was learned
    suggested: float | None  # a tenth of it


def range_curves(sweep: Sweep, history: History, per_epoch: int) -> list[RangeCurve]:
    """Of each optimizer: the mean loss of every epoch, as far as all seeds have come.

    The rate of the lowest loss is already on the brink: a tenth of it is a rate to start from.

    Source: Howard and Gugger 2020, fastai: a layered API for deep learning, section 4.2.
    """
    base = sweep.base
    rates = np.array([base.learning_rate, *(rate for _, rate in base.changes)])
    found = []
    for optimizer, members in zip(sweep.values, sweep.members(), strict=True):
        losses = np.full((len(members), len(rates)), np.nan)
        for row, run in zip(losses, members, strict=True):
            steps, values = history.get(f"batch_loss:{run}", EMPTY)
            epoch = (steps - 1) // per_epoch  # of updates counted from 1
            for number in range(len(rates)):
                if (here := epoch == number).any():
                    row[number] = values[here].mean()
            if f"died:{run}" in history:
                row[int((history[f"died:{run}"][1][0] - 1) // per_epoch) :] = np.nan
        whole = np.where(np.isnan(losses).any(0), np.nan, 0.0)
        known = ~np.isnan(whole)
        whole[known] = typical(losses[:, known], ratio=True, axis=0)
        lowest = None
        if known.any() and np.nanargmin(whole) > 0:
            lowest = float(rates[int(np.nanargmin(whole))])
        suggested = lowest / 10 if lowest else None
        found.append(RangeCurve(optimizer, rates, whole, lowest, suggested))
    return found
