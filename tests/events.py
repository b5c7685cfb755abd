"""What of the events of a piece of work has to repeat?"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.runs.events import Event, Metrics


def record(events: Iterable[Event]) -> dict[tuple[int, str], float]:
    """Metrics by (step, series), without the clock."""
    return {
        (event.step, name): value
        for event in events
        if isinstance(event, Metrics)
        for name, value in event.values.items()
        if name != "seconds"
    }


def told(events: Iterable[Event]) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """What the store would hold: series to (steps, values)."""
    found: dict[str, list[tuple[int, float]]] = {}
    for (step, name), value in record(events).items():
        found.setdefault(name, []).append((step, value))
    return {
        name: (np.array([s for s, _ in pairs]), np.array([v for _, v in pairs]))
        for name, pairs in found.items()
    }
