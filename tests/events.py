"""What of the events of a piece of work has to repeat?"""

from collections.abc import Iterable

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
