"""A worker that dies comes back, however slow the machine is, and its run goes on bit for bit."""

import os
import random
import signal
import textwrap
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

CONFIG = TrainConfig.read({"data": "moons", "data.examples": "2000", "epochs": "80"})[0]


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Jobs, Path]]:
    """Jobs whose worker waits before it starts, for as many seconds as a file says."""
    delay, preload = tmp_path / "delay", tmp_path / "slow_start.py"
    preload.write_text(
        textwrap.dedent(f"""
            import pathlib, time

            def dask_setup(worker):
                path = pathlib.Path({str(delay)!r})
                if path.exists():
                    time.sleep(float(path.read_text()))
        """)
    )
    own = module.embedded
    monkeypatch.setattr(module, "embedded", lambda: own(("engine.runs.worker", str(preload))))
    store = RunStore(tmp_path / "runs")
    found = Jobs(store)
    yield found, delay
    found.close()
    store.close()


def bare(config: TrainConfig) -> dict[tuple[int, str], float]:
    return record(train(config, torch.device("cpu")))


def killed(jobs: Jobs, config: TrainConfig, after: float) -> None:
    """Kill the worker in mid-run, `after` seconds from when it learns."""
    jobs.submit(config)
    deadline = time.monotonic() + 120
    while (run := jobs.store.run(config.key)) is None or run.state != "running":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (worker,) = jobs._client.run(os.getpid).values()
    time.sleep(after)
    os.kill(worker, signal.SIGKILL)
    jobs.wait(config.key)


def goes_on(jobs: Jobs, config: TrainConfig, timeout: float) -> None:
    jobs.submit(config)
    said = False
    deadline = time.monotonic() + timeout
    while (run := jobs.store.run(config.key)) is not None and run.active:
        said = said or jobs.missing()
        assert time.monotonic() < deadline, "no worker came back"
        time.sleep(0.2)
    assert run is not None and run.state == "done", run
    assert said, "while no worker is there, that is known"
    assert stored(jobs.store, config) == bare(config)


def test_a_worker_that_is_slow_to_come_back_is_waited_for(jobs: tuple[Jobs, Path]) -> None:
    """dask forgets a worker that is away for 15 seconds."""
    own, delay = jobs
    killed(own, CONFIG, after=0.3)
    delay.write_text("20")
    goes_on(own, CONFIG, timeout=150)


@pytest.mark.long
def test_a_start_of_a_minute_is_waited_for(jobs: tuple[Jobs, Path]) -> None:
    own, delay = jobs
    killed(own, CONFIG, after=0.3)
    delay.write_text("60")
    goes_on(own, CONFIG, timeout=240)


@pytest.mark.long
def test_twenty_killed_at_random_moments_go_on_bit_for_bit(jobs: tuple[Jobs, Path]) -> None:
    own, _ = jobs
    draw = random.Random(0)
    for seed in range(20):
        config = CONFIG.with_("seed", seed)
        killed(own, config, after=draw.uniform(0, 1.5))
        own.submit(config)
        run = own.wait(config.key, timeout=120)
        assert run is not None and run.state == "done", (seed, run)
        assert stored(own.store, config) == bare(config), seed
