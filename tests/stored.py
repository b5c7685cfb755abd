"""What a store has of a run's metrics, as `tests.events.record` gives them."""

from engine.runs.store import RunStore
from engine.runs.work import Work


def stored(store: RunStore, config: Work) -> dict[tuple[int, str], float]:
    """Metrics by (step, series), without the clock."""
    return {
        (int(step), name): value
        for name, (steps, values) in store.history(config.key).items()
        for step, value in zip(steps, values, strict=True)
        if name != "seconds"
    }
