"""What is shared by every session of the server: the store and the jobs."""

import os
import threading
from functools import cache

from engine.device import describe_device
from engine.runs.files import StoreError
from engine.runs.handed import look_up_by, of_store
from engine.runs.jobs import Jobs, from_environment
from engine.runs.store import RunStore, runs_folder

_ONE = threading.RLock()  # `cache` alone would let two first callers make two


def store() -> RunStore:
    """The runs of this server process."""
    with _ONE:
        return _store()


def jobs() -> Jobs:
    """The jobs of this server process; starts the worker on the first call."""
    with _ONE:
        return _jobs()


@cache
def device() -> str:
    return describe_device()


def open_store() -> RunStore:
    """A store where the environment says. Raises StoreError with a sentence where it cannot be."""
    given = os.environ.get("BLINDSPOT_STORE_GB") or "2"
    try:
        limit = int(float(given) * 2**30)
    except (ValueError, OverflowError):
        limit = 0
    if limit <= 0:
        raise StoreError(f"BLINDSPOT_STORE_GB must be a number above 0. Received: {given!r}.")
    found = RunStore(runs_folder(), limit)
    look_up_by(lambda key: of_store(found, key))
    return found


_store = cache(open_store)


@cache
def _jobs() -> Jobs:
    return from_environment(store())
