"""A long run does not keep others waiting, and ends with the same numbers."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.runs import jobs as module
from engine.runs.jobs import Jobs
from engine.runs.store import RunStore
from engine.training.config import TrainConfig
from engine.training.train import train
from tests.events import record
from tests.stored import stored


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(module, "TURN", 1.0)
    store = RunStore(tmp_path)
    found = Jobs(store)
    yield found
    found.close()
    store.close()


def test_short_work_passes_long_work_which_goes_on_bit_for_bit(jobs: Jobs) -> None:
    long = TrainConfig.read({"data": "moons", "data.examples": "3000", "epochs": "300"})[0]
    short = TrainConfig.read({"data": "moons", "epochs": "2"})[0]
    jobs.submit(long)
    deadline = time.monotonic() + 120
    while (run := jobs.store.run(long.key)) is None or run.state != "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    jobs.submit(short)
    assert jobs.position(short.key) == 1
    done = jobs.wait(short.key, timeout=120)
    assert done is not None and done.state == "done"
    run = jobs.store.run(long.key)
    assert run is not None and run.active and run.step < run.steps, "it stands at the end now"
    ended = jobs.wait(long.key, timeout=180)
    assert ended is not None and ended.state == "done"
    assert stored(jobs.store, long) == record(train(long, torch.device("cpu")))
