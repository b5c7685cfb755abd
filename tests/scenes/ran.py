"""What do the events of a piece of work say, once it has run to its end?"""

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from engine.runs.events import Diverged, Done, Frame, Metrics, Started
from engine.runs.shipped import put_shipped
from engine.runs.store import RunStore
from engine.runs.work import Work

CPU = torch.device("cpu")


class Ran(NamedTuple):
    """As the pages read it from the store."""

    facts: dict[str, Any]
    series: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]
    frames: dict[int, dict[str, NDArray[Any]]]
    summary: dict[str, float]
    weights: dict[str, torch.Tensor]
    diverged: Diverged | None = None

    def last(self, name: str) -> float:
        return float(self.series[name][1][-1])

    @property
    def frame(self) -> dict[str, NDArray[Any]]:
        """The last picture."""
        return self.frames[max(self.frames)]


def run(config: Work) -> Ran:
    """Run a config to its end, here and now."""
    facts: dict[str, Any] = {}
    points: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    frames, summary, weights, diverged = {}, {}, {}, None
    for event in config.run(CPU):
        match event:
            case Started(_, facts):
                pass
            case Metrics(step, values):
                for name, value in values.items():
                    points[name].append((step, value))
            case Frame(step, arrays):
                frames.setdefault(step, {}).update(arrays)
            case Done(_, summary, weights):
                pass
            case Diverged():
                diverged = event
    series = {
        n: (np.array([s for s, _ in p]), np.array([v for _, v in p])) for n, p in points.items()
    }
    return Ran(facts, series, frames, summary, weights, diverged)


def shipped(store: RunStore, config: Work) -> Ran:
    """What comes with the app for this config: what the page opens on."""
    put_shipped(store, config)
    found = store.run(config.key)
    assert found is not None, f"no shipped result of {config.kind} {config.key}"
    return Ran(found.facts, store.history(config.key), store.frames(config.key), found.summary, {})
