"""What do the seeds of one setting show together? A line with a band, and where each one ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.runs.store import EMPTY
from engine.statistics import dead_as_worst, typical

Floats = NDArray[np.float64]
History: TypeAlias = Mapping[str, tuple[NDArray[np.int64], Floats]]  # series: (steps, values)
LOSS = "validation_loss"


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """One setting over its seeds, at each evaluation. A run that died counts as the worst."""

    x: Floats  # (E,) updates, or seconds
    runs: Floats  # (S, E), NaN once a run has died
    middle: Floats  # (E,) what verdicts compare: the geometric mean of losses, else the mean
    low: Floats  # (E,) lowest seed
    high: Floats  # (E,) highest seed
    died: int  # runs whose loss stopped being finite

    @property
    def finals(self) -> Floats:
        """(S,) the last value of each seed, NaN where it died; (0,) where nothing is known."""
        return self.runs[:, -1] if len(self.x) else np.empty(0)

    @property
    def alive(self) -> bool:
        """Whether anything can be said of its end."""
        return bool(np.isfinite(self.finals).any())

    def until(self, x: float) -> "Band":
        """What was known at `x`: the evaluations up to it."""
        seen = int(np.searchsorted(self.x, x * (1 + 1e-9), side="right"))
        return replace(
            self,
            x=self.x[:seen],
            runs=self.runs[:, :seen],
            **{name: getattr(self, name)[:seen] for name in ("middle", "low", "high")},
        )

    def times(self, factor: float) -> "Band":
        """The same with another unit of x."""
        return replace(self, x=self.x * factor)


def worst_of(history: History, series: str, runs: Iterable[int]) -> float:
    """What a run that died counts as: the worst loss at the start or at the end of any run, for it
    has become no better than an untrained network. Lower is better; NaN where nothing is known."""
    found = []
    for run in runs:
        values = history.get(f"{series}:{run}", EMPTY)[1]
        found += [*values[:1], *([] if f"died:{run}" in history else values[-1:])]
    return max((float(v) for v in found if np.isfinite(v)), default=float("nan"))


def band(
    history: History,
    series: str,
    members: Sequence[int],
    worst: float = float("nan"),
    *,
    lower: bool = True,
) -> Band:
    """The seeds of one setting, as far as they have come.

    Args:
        history: of the whole work.
        series: name of the measure.
        members: numbers of the runs.
        worst: see `worst_of`.
        lower: whether less is better; then values are centred as losses are.
    """
    found = [history.get(f"{series}:{run}", EMPTY) for run in members]
    x = np.unique(np.concatenate([steps for steps, _ in found])).astype(float)  # (E,)
    runs = np.full((len(members) if len(x) else 0, len(x)), np.nan)
    ends = [history[f"died:{run}"][1][0] if f"died:{run}" in history else np.inf for run in members]
    for row, (steps, values), end in zip(runs, found, ends, strict=False):
        row[np.searchsorted(x, steps)] = values  # what is no number was not kept
        row[x >= end] = np.nan
    runs[~np.isfinite(runs)] = np.nan
    whole = dead_as_worst(runs, lower=lower, worst=worst, axis=0)
    whole[:, ~np.isfinite(runs).any(0)] = np.nan  # where all have died there is nothing to draw
    empty = np.empty(0)
    return Band(
        x,
        runs,
        typical(whole, ratio=lower, axis=0) if len(x) else empty,
        whole.min(0) if len(x) else empty,
        whole.max(0) if len(x) else empty,
        died=int(np.isfinite(ends).sum()),
    )
