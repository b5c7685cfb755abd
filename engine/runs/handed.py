"""Which trained networks does a piece of work take with it? Those of runs travel as weights.

Only the server opens the store. What a job needs of it is handed over with the job, so that a
worker elsewhere needs no access to it.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from engine.runs.store import RunStore

MOST = 8  # networks that a worker keeps


class Trained(NamedTuple):
    """What a finished run leaves of its network."""

    config: str  # JSON; `engine.runs.work.load` reads it
    weights: bytes  # safetensors
    summary: dict[str, float]
    seconds: float
    device: str


_handed: OrderedDict[str, Trained] = OrderedDict()
_elsewhere: list[Callable[[str], Trained | None]] = []


def of_store(store: RunStore, key: str) -> Trained | None:
    """What a store has of a run's network. Raises StoreError where its file cannot be read."""
    run = store.run(key) if key.isalnum() else None
    weights = store.data(key, "weights") if run else None
    if run is None or weights is None:
        return None
    return Trained(run.config, weights, run.summary, run.seconds, run.device)


def hand(trained: Mapping[str, Trained]) -> None:
    """Have these networks here, by key of their run; the ones handed longest ago go."""
    for key, one in trained.items():
        _handed[key] = one
        _handed.move_to_end(key)
    while len(_handed) > MOST:
        _handed.popitem(last=False)


def look_up_by(find: Callable[[str], Trained | None]) -> None:
    """Where the server finds what nobody handed over: in its store."""
    _elsewhere[:] = [find]


def trained(key: str) -> Trained | None:
    """What is known here of a run's network; None where nothing is."""
    if key in _handed:
        return _handed[key]
    return next((found for find in _elsewhere if (found := find(key)) is not None), None)
