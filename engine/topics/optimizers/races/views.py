"""What does a race say, seen fairly? Three views of one result, and the verdicts on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.statistics import Comparison, compare, dead_as_worst, typical
from engine.topics.optimizers.races.race import MOST_RATES, Race
from engine.training.seeds import LOSS, Band, Floats, History, band, worst_of
from engine.words import said

CAUTION = said(
    "Choosing each optimizer's rate by validation loss favours whoever is tried at more rates; "
    "here all are tried at the same ones, and the intervals below allow for the choice. The test "
    "loss of the choice was not looked at to make it."
)


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """One optimizer at one rate, over its seeds."""

    optimizer: str
    rate: float
    band: Band


def entrant(
    race: Race, history: History, optimizer: str, rate: float, series: str = LOSS
) -> Entrant:
    """The curves of one optimizer at one rate; what has not come yet is left out."""
    worst = worst_of(history, series, range(race.networks))
    members = race.members(optimizer, rate)
    return Entrant(optimizer, rate, band(history, series, members, worst))


@dataclass(frozen=True, slots=True, eq=False)
class UCurve:
    """Final loss of one optimizer against the learning rate."""

    optimizer: str
    rates: Floats  # (L,) ascending
    runs: Floats  # (L, S), inf where a run died
    middle: Floats  # (L,) typical loss, a dead run counted as the worst; inf where all died
    best: float | None  # the rate of the lowest typical loss; None where all died
    at_edge: bool  # the best is the first or last one tried: better ones may lie outside

    @property
    def lowest(self) -> bool:
        """Whether the best is the smallest rate of all."""
        return self.best is not None and self.best == self.rates[0]


def u_curve(
    race: Race, history: History, optimizer: str, series: str = LOSS, until: float = np.inf
) -> UCurve:
    """How an optimizer ended at each rate.

    Args:
        until: updates at which it is looked at; the end where it is later.
    """
    rates = sorted(race.rates)
    bands = [entrant(race, history, optimizer, rate, series).band.until(until) for rate in rates]
    runs = np.full((len(rates), race.seeds), np.inf)
    for row, one in zip(runs, bands, strict=True):
        if one.alive:
            row[:] = np.where(np.isfinite(one.finals), one.finals, np.inf)
    worst = worst_of(history, series, range(race.networks))
    dead = np.isinf(runs).all(1)
    middle = np.where(dead, np.inf, typical(dead_as_worst(runs, worst=worst), ratio=True))
    place = int(middle.argmin())
    alive = not dead[place]
    return UCurve(
        optimizer,
        np.array(rates),
        runs,
        middle,
        rates[place] if alive else None,
        alive and len(rates) > 1 and place in (0, len(rates) - 1),
    )


def at_equal_rate(race: Race, history: History, rate: float, series: str = LOSS) -> list[Entrant]:
    """Every optimizer at one rate. It suits some more than others: that is what it shows."""
    return [entrant(race, history, id, rate, series) for id in race.optimizers]


def at_own_best(
    race: Race, history: History, series: str = LOSS, until: Mapping[str, float] | None = None
) -> list[Entrant]:
    """Every optimizer at the rate where its own validation loss is lowest; see `CAUTION`.

    One whose runs all died is left out.

    Args:
        until: updates of each optimizer at which the rate is chosen; None: the last ones.
    """
    ends = until or {}
    chosen = {
        id: u_curve(race, history, id, until=ends.get(id, np.inf)).best for id in race.optimizers
    }
    return [
        entrant(race, history, id, rate, series) for id, rate in chosen.items() if rate is not None
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Clocked:
    """The race over the seconds that a network alone takes on this device."""

    entrants: list[Entrant]  # x in seconds, to their ends
    at: float  # seconds after which the fastest has ended: where losses are compared
    until: dict[str, float]  # updates that each optimizer has done by then

    @property
    def compared(self) -> list[Entrant]:
        """All of them at that moment."""
        return [Entrant(e.optimizer, e.rate, e.band.until(self.at)) for e in self.entrants]


def by_clock(
    race: Race, history: History, summary: Mapping[str, float], series: str = LOSS
) -> Clocked:
    """As `at_own_best`, at equal time: each at the rate that is best when the fastest ends.

    Raises:
        ValueError: the race has not ended; times are measured last.
    """
    seconds = {id: summary.get(f"seconds_per_update/{id}") for id in race.optimizers}
    known = {id: value for id, value in seconds.items() if value}
    if len(known) < len(seconds):
        raise ValueError(said("Times of an update are measured when the race is done."))
    ends = [history[name][0][-1] for name in history if name.startswith(f"{series}:")]
    at = max(ends, default=0) * min(known.values())
    until = {id: at / value for id, value in known.items()}
    found = at_own_best(race, history, series, until)
    timed = [Entrant(e.optimizer, e.rate, e.band.times(known[e.optimizer])) for e in found]
    return Clocked(timed, at, until)


def compared(race: Race, history: History, entrants: Sequence[Entrant], tried: int) -> Comparison:
    """Entrants that are alive at the end of their bands, seed by seed.

    Args:
        tried: rates of which each entrant's was chosen by looking; 1: none was chosen.
    """
    worst = worst_of(history, LOSS, range(race.networks))
    values = [one.band.finals for one in entrants]
    return compare(values, ratio=True, tried=tried, worst=worst)


def loss_on_test(race: Race, summary: Mapping[str, float], one: Entrant) -> float:
    """Typical test loss at the end, a dead run counted as the worst; NaN where none is known."""
    found = [
        summary.get(f"test_loss:{run}", np.nan) for run in race.members(one.optimizer, one.rate)
    ]
    if not np.isfinite(found).any():
        return float("nan")
    every = [summary.get(f"test_loss:{run}", np.nan) for run in range(race.networks)]
    worst = max(loss for loss in every if np.isfinite(loss))
    return float(typical(dead_as_worst(found, worst=worst), ratio=True))


def widened(rates: Sequence[float], below: bool, above: bool) -> tuple[float, ...]:
    """The rates with two more, of 1 and 3 in each power of ten, beyond either edge; at most
    those that a race takes."""
    grid = [mantissa * 10.0**power for power in range(-6, 1) for mantissa in (1, 3)] + [10.0]
    grid = [float(f"{rate:g}") for rate in grid]
    low = [rate for rate in grid if rate < min(rates) * 0.99][-2:] if below else []
    high = [rate for rate in grid if rate > max(rates) * 1.01][:2] if above else []
    return (*low, *sorted(rates), *high)[:MOST_RATES]
