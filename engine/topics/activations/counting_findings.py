"""Did the network count squares, or answer the same number to everything? Over seeds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.runs.store import EMPTY
from engine.statistics import Comparison, compare, dead_as_worst
from engine.topics.activations.counting_squares import CountingSquares
from engine.training.seeds import History

CONSTANT = 0.25  # spread of the answers, in that of the numbers, below which they are one number
LATE = 10  # last evaluations whose mean is compared: a single one is a matter of the moment


def over_seeds(
    config: CountingSquares, values: Mapping[str, float], series: str
) -> NDArray[np.float64]:
    """(A, S) of one series of a `Metrics` or of the summary; nan where a run has diverged."""
    runs = len(config.activations) * config.seeds
    column = [values.get(f"{series}:{run}", np.nan) for run in range(runs)]
    return np.array(column).reshape(len(config.activations), config.seeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one activation did. Medians over the seeds; one that diverged counts as the worst."""

    activation: str
    r2: float  # 1 is perfect, 0 is the best constant
    accuracy: float  # share of images whose rounded answer is right
    spread: float  # of the answers over that of the numbers: 0 is a constant
    mean: float  # of the answers: of a collapsed network, its constant
    constant: float  # share of seeds whose answers are one number
    diverged: float  # share of seeds
    same_sign: float  # share of seeds whose a_i have all one sign
    bias_same: float  # median b of those; nan where there are none
    bias_opposite: float  # median b of the others


def findings(
    config: CountingSquares, summary: Mapping[str, float], weights: Mapping[str, Tensor]
) -> list[Finding]:
    """One row for each activation, of a run's `Done`."""
    shape = (len(config.activations), config.seeds, -1)
    readout = weights["readout"].numpy().reshape(shape)  # (A, S, F)
    bias = weights["bias"].numpy().reshape(shape[:2])  # (A, S)
    same = (np.abs(np.sign(readout).sum(-1)) == readout.shape[-1]) & np.isfinite(bias)
    columns = {n: over_seeds(config, summary, n) for n in ("r2", "accuracy", "spread", "mean")}
    alive = np.isfinite(columns["r2"])
    for name in ("r2", "accuracy"):  # of an activation of which some seed is left
        worst = dead_as_worst(columns[name], lower=False)
        columns[name] = np.where(alive.any(1, keepdims=True), worst, np.nan)
    return [
        Finding(
            activation=name,
            **{series: _median(values[i]) for series, values in columns.items()},
            constant=float((columns["spread"][i][alive[i]] < CONSTANT).mean())
            if alive[i].any()
            else np.nan,
            diverged=float(1 - alive[i].mean()),
            same_sign=float(same[i].mean()),
            bias_same=_median(bias[i][same[i]]),
            bias_opposite=_median(bias[i][alive[i] & ~same[i]]),
        )
        for i, name in enumerate(config.activations)
    ]


def _median(values: NDArray[np.floating]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def compared(config: CountingSquares, history: History) -> Comparison:
    """R² of all activations, seed by seed: of each run the mean of its last evaluations."""
    return compare(late(config, history, "r2"), ratio=False, lower=False)


def late(config: CountingSquares, history: History, series: str) -> NDArray[np.float64]:
    """(A, S) means over the last evaluations; nan where a run has diverged before the last."""
    found = [
        history.get(f"{series}:{run}", EMPTY)
        for run in range(len(config.activations) * config.seeds)
    ]
    end = max((steps[-1] for steps, _ in found if len(steps)), default=0)
    means = [
        float(np.mean(values[-LATE:])) if len(steps) and steps[-1] == end else np.nan
        for steps, values in found
    ]
    return np.array(means).reshape(len(config.activations), config.seeds)
