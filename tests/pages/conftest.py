"""Pages start work by themselves: what one test began must not keep the worker from the next."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Afterwards nothing runs or waits that a page started."""
    yield
    from dashboard.core import runtime

    if runtime._jobs.cache_info().currsize:  # not asked for, it has not begun either
        for run in runtime.jobs().active():
            runtime.jobs().stop(run.key, "stopped")


@pytest.fixture(autouse=True)
def made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that is made once for all is the one that would be made now."""
    from dashboard.core import chart

    once = chart._once

    def compared(figure: Any, of: Any, more: Any, language: str) -> bytes:
        sent: bytes = once(figure, of, more, language)
        assert sent == chart.payload(figure(), **more), f"{of} leaves out what decides the figure"
        return sent

    monkeypatch.setattr(chart, "_once", compared)
