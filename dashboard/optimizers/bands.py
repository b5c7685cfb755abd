"""How do the seeds of one value of a sweep become a band?"""

import numpy as np

from engine.runs.store import Series
from engine.topics.optimizers.races.views import Band
from engine.training.sweep import Sweep


def of_sweep(work: Sweep, history: Series, value: str, series: str) -> Band:
    """One value of a sweep as a band over its seeds, as far as it has come."""
    place = work.values.index(value) * work.seeds
    found = [
        history[f"{series}:{i}"]
        for i in range(place, place + work.seeds)
        if f"{series}:{i}" in history
    ]
    length = min((len(steps) for steps, _ in found), default=0)
    runs = np.array([values[:length] for _, values in found]).reshape(len(found), length)
    x = found[0][0][:length].astype(float) if found else np.empty(0)
    empty = np.empty(0)
    return Band(
        "",
        0.0,
        x,
        runs,
        np.median(runs, 0) if len(runs) else empty,
        runs.min(0) if len(runs) else empty,
        runs.max(0) if len(runs) else empty,
        died=sum(f"died:{i}" in history for i in range(place, place + work.seeds)),
    )
