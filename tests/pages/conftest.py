"""Pages start work by themselves: what one test began must not keep the worker from the next."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Afterwards nothing runs or waits that a page started."""
    yield
    from dashboard.core import runtime

    if runtime._jobs.cache_info().currsize:  # not asked for, it has not begun either
        for run in runtime.jobs().active():
            runtime.jobs().stop(run.key, "stopped")
