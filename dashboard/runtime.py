"""What is shared by every session of the server: the store and the jobs."""

import os
import threading
from functools import cache

from engine.device import describe_device
from engine.jobs import Jobs, from_environment
from engine.store import RunStore, runs_folder

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


@cache
def _store() -> RunStore:
    limit = float(os.environ.get("BLINDSPOT_STORE_GB") or 2)
    return RunStore(runs_folder(), limit=int(limit * 2**30))


@cache
def _jobs() -> Jobs:
    return from_environment(store())
