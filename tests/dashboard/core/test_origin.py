"""Below a result stands when it was computed; below one that is not done, that it is not."""

import time
from typing import Any

import pytest

from dashboard.core.export import honest
from dashboard.core.job import origin
from engine.runs.store import Run
from engine.topics.activations.dead_units import DeadUnits
from engine.training.config import TrainConfig


def run(**known: Any) -> Run:
    now = time.time()
    settings: dict[str, Any] = {
        "key": "k", "kind": "dead_units", "config": "{}", "state": "done", "step": 3, "steps": 10,
        "seconds": 10.2, "created": now, "used": now, "device": "CPU", "facts": {}, "summary": {},
        "message": "", "note": "", "pinned": False, "owner": "",
    }  # fmt: skip
    return Run(**settings | known)


@pytest.mark.parametrize("state", ["running", "paused", "interrupted"])
def test_what_is_not_done_was_not_just_computed(state: str) -> None:
    for text in (
        origin(DeadUnits(), run(state=state), 0),
        origin(DeadUnits(), run(state=state, created=0.0), 0, "job.trained"),
        honest(TrainConfig(), run(state=state)),
    ):
        assert text.startswith("So far, not at its end, in 10.2 s on CPU")


def test_what_is_done_says_when() -> None:
    assert origin(DeadUnits(), run(), 0).startswith("Just computed in 10.2 s on CPU")
    assert "ago in 10.2 s" in origin(DeadUnits(), run(created=time.time() - 600), 0)
    assert honest(TrainConfig(), run()).startswith("Just trained in 10.2 s")
