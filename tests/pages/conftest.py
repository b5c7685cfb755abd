"""Pages start work by themselves: what one test began must not keep the worker from the next."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Afterwards nothing runs or waits that a page started."""
    yield
    from dashboard.core.runtime import jobs

    for run in jobs().active():
        jobs().stop(run.key, "stopped")
