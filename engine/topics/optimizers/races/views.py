"""What does a race say, seen fairly? Three views of one result, and a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.runs.store import EMPTY
from engine.statistics import Verdict, paired
from engine.topics.optimizers.races.race import Race
from engine.words import said

Floats = NDArray[np.float64]
History: TypeAlias = Mapping[str, tuple[NDArray[np.int64], Floats]]  # series: (steps, values)
LOSS = "validation_loss"

CAUTION = said(
    "Choosing each optimizer's rate by validation loss favours whoever is tried at more rates; "
    "here all are tried at the same ones. The test loss of the choice was not looked at to make it."
)


@dataclass(frozen=True, slots=True)
class Band:
    """One optimizer at one rate over its seeds, at each evaluation."""

    optimizer: str
    rate: float
    x: Floats  # (E,) updates, or seconds
    runs: Floats  # (S, E), NaN once a run has died
    middle: Floats  # (E,) median over the seeds, NaN where half of them died
    low: Floats  # (E,) smallest of those alive
    high: Floats  # (E,) largest
    died: int  # runs whose loss stopped being finite


def band(race: Race, history: History, optimizer: str, rate: float, series: str = LOSS) -> Band:
    """The curves of one optimizer at one rate; what has not come yet is left out."""
    members = race.members(optimizer, rate)
    found = [history.get(f"{series}:{run}", EMPTY) for run in members]
    x = np.unique(np.concatenate([steps for steps, _ in found])).astype(float)  # (E,)
    runs = np.full((len(members) if len(x) else 0, len(x)), np.nan)
    ends = [history[f"died:{run}"][1][0] if f"died:{run}" in history else np.inf for run in members]
    for row, (steps, values), end in zip(runs, found, ends, strict=False):
        row[np.searchsorted(x, steps)] = values  # what is no number was not kept
        row[x >= end] = np.nan
    runs[~np.isfinite(runs)] = np.nan
    # A dead run counts as the worst of all, so that dying does not improve the median.
    worst = np.where(np.isnan(runs), np.inf, runs)
    middle = np.median(worst, 0) if len(runs) else np.empty(0)
    middle[~np.isfinite(middle)] = np.nan
    low = worst.min(0, initial=np.inf)
    high = np.where(np.isnan(runs), -np.inf, runs).max(0, initial=-np.inf)
    return Band(
        optimizer,
        rate,
        x,
        runs,
        middle,
        np.where(np.isfinite(low), low, np.nan),
        np.where(np.isfinite(high), high, np.nan),
        died=int(np.isfinite(ends).sum()),
    )


def finals(race: Race, history: History, optimizer: str, rate: float, series: str = LOSS) -> Floats:
    """(S,) last value of each seed; inf for a run that died or has told nothing."""
    runs = band(race, history, optimizer, rate, series).runs
    last = runs[:, -1] if runs.size else np.empty(0)
    last = np.where(np.isnan(last), np.inf, last)
    return last if len(last) else np.full(race.seeds, np.inf)


@dataclass(frozen=True, slots=True)
class UCurve:
    """Final loss of one optimizer against the learning rate."""

    optimizer: str
    rates: Floats  # (L,) ascending
    runs: Floats  # (L, S), inf where a run died
    middle: Floats  # (L,) median over the seeds
    best: float | None  # the rate of the lowest median; None where all died
    at_edge: bool  # the best is the first or last one tried: better ones may lie outside


def u_curve(race: Race, history: History, optimizer: str, series: str = LOSS) -> UCurve:
    rates = sorted(race.rates)
    runs = np.array([finals(race, history, optimizer, rate, series) for rate in rates])
    middle = np.median(runs, 1)
    place = int(middle.argmin())
    alive = bool(np.isfinite(middle[place]))
    return UCurve(
        optimizer,
        np.array(rates),
        runs,
        middle,
        rates[place] if alive else None,
        alive and len(rates) > 1 and place in (0, len(rates) - 1),
    )


def at_equal_rate(race: Race, history: History, rate: float, series: str = LOSS) -> list[Band]:
    """Every optimizer at one rate. It suits some more than others: that is what it shows."""
    return [band(race, history, id, rate, series) for id in race.optimizers]


def at_own_best(race: Race, history: History, series: str = LOSS) -> list[Band]:
    """Every optimizer at the rate where its own final validation loss is lowest; see `CAUTION`.

    One whose runs all died is left out.
    """
    chosen = {id: u_curve(race, history, id).best for id in race.optimizers}
    return [
        band(race, history, id, rate, series) for id, rate in chosen.items() if rate is not None
    ]


def by_clock(
    race: Race, history: History, summary: Mapping[str, float], series: str = LOSS
) -> list[Band]:
    """As `at_own_best`, over the seconds that a network alone takes on this device.

    Raises:
        ValueError: the race has not ended; times are measured last.
    """
    found = []
    for one in at_own_best(race, history, series):
        seconds = summary.get(f"seconds_per_update/{one.optimizer}")
        if seconds is None:
            raise ValueError(said("Times of an update are measured when the race is done."))
        found.append(
            Band(
                one.optimizer,
                one.rate,
                one.x * seconds,
                one.runs,
                one.middle,
                one.low,
                one.high,
                one.died,
            )
        )
    return found


def compare(
    race: Race,
    history: History,
    first: tuple[str, float],
    second: tuple[str, float],
    series: str = LOSS,
) -> Verdict | None:
    """Whether two entries, (optimizer, rate) each, differ by more than the seed does.

    Seeds where one of the two died are left out; None where fewer than two remain.
    """
    a, b = finals(race, history, *first, series), finals(race, history, *second, series)
    both = np.isfinite(a) & np.isfinite(b)
    return paired(a[both].tolist(), b[both].tolist()) if both.sum() > 1 else None
