"""Jobs on a real cluster: what is asked for happens once, survives what goes wrong, and says so."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest
import torch
from distributed import Client, LocalCluster, Security

from engine.paths import ROOT
from engine.runs.events import Metrics
from engine.runs.failures import explain
from engine.runs.jobs import Jobs
from engine.runs.store import RunStore
from engine.runs.worker import own_gpu
from engine.training.config import TrainConfig
from engine.training.train import train


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    store = RunStore(tmp_path_factory.mktemp("runs"))
    jobs = Jobs(store)
    yield jobs
    jobs.close()
    store.close()


def quick(**settings):
    return config(epochs="4", **settings)


def slow(**settings):
    """Minutes on any machine: it always has to be stopped."""
    return config(epochs="10000", **{"data.examples": "5000"}, **settings)


def config(**settings):
    found, problems = TrainConfig.read({"data": "moons"} | settings)
    assert not problems, problems
    return found


def curve(history):
    return {
        (int(step), name): value
        for name, (steps, values) in history.items()
        for step, value in zip(steps, values, strict=True)
        if name != "seconds"
    }


def bare(config):
    return {
        (event.step, name): value
        for event in train(config, torch.device("cpu"))
        if isinstance(event, Metrics)
        for name, value in event.values.items()
        if name != "seconds"
    }


def until(condition, timeout=30.0):
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
    return value


def begun(jobs, config, steps=50):
    jobs.submit(config)
    return until(lambda: (run := jobs.store.run(config.key)) and run.step >= steps and run)


def test_a_watched_run_stores_what_the_bare_generator_says(jobs):
    c = quick(seed="1")
    jobs.submit(c)
    run = jobs.wait(c.key)
    assert run.state == "done" and run.step == run.steps and run.summary["test_accuracy"] > 0.5
    assert curve(jobs.store.history(c.key)) == bare(c)
    assert jobs.store.load(c.key, "weights")["dense1.weight"].shape == (16, 2)
    assert jobs.store.load(c.key, "checkpoint") is None


def test_asking_twice_at_once_computes_once(jobs):
    c = slow(seed="2")
    begun(jobs, c)
    (attempt, _) = jobs._active[c.key]
    jobs.submit(c)
    assert jobs._active[c.key][0] == attempt
    jobs.stop(c.key, wait=20)


def test_a_finished_run_is_not_computed_again(jobs):
    c = quick(seed="1")
    jobs.submit(c)
    jobs.wait(c.key)
    created = jobs.store.run(c.key).used
    jobs.submit(c)
    assert c.key not in jobs._active and jobs.store.run(c.key).used == created


def test_pausing_and_resuming_gives_the_curve_of_an_unbroken_run(jobs):
    c = config(seed="3", epochs="60", **{"data.examples": "2000"})
    begun(jobs, c, steps=20)
    jobs.stop(c.key, "paused", wait=20)
    run = jobs.store.run(c.key)
    assert run.state == "paused" and 0 < run.step < run.steps
    jobs.submit(c)
    assert jobs.wait(c.key).state == "done"
    assert curve(jobs.store.history(c.key)) == bare(c)


def test_stepping_computes_exactly_that_far(jobs):
    c = config(seed="4", epochs="50")
    for step in (1, 2, 15):
        jobs.submit(c, until=step)
        run = jobs.wait(c.key)
        assert (run.state, run.step) == ("paused", step)
    assert set(jobs.store.frame_steps(c.key)) >= {0, 1, 2, 15}


def test_waiting_runs_have_a_place_and_can_be_withdrawn(jobs):
    first, second, third = (slow(seed=str(seed)) for seed in (10, 11, 12))
    begun(jobs, first)
    jobs.submit(second)
    jobs.submit(third)
    assert [jobs.position(c.key) for c in (first, second, third)] == [0, 1, 2]
    jobs.stop(second.key, "stopped")
    assert jobs.store.run(second.key).state == "stopped" and jobs.position(third.key) == 1
    jobs.stop(third.key)
    jobs.stop(first.key, wait=20)


def test_a_run_that_begins_while_it_is_withdrawn_does_not_block_the_next_one(jobs):
    """The worker has begun and the store does not know it yet: the writer waits for our lock."""
    c = config(seed="14", epochs="2000", **{"data.examples": "5000"})
    after = quick(seed="15")
    with jobs._lock:
        jobs.submit(c)
        until(lambda: all(jobs._client.run(busy).values()))
        time.sleep(0.5)  # the data are made and the first updates done
        assert jobs.position(c.key) == 1
        jobs.stop(c.key, "stopped")
    jobs.submit(after)
    assert jobs.wait(after.key).state == "done"


def deaf(jobs, monkeypatch):
    """A worker whose updates take so long that it hears of nothing; returns what it was told."""
    told = []
    monkeypatch.setattr(jobs, "_tell", lambda attempt, state: told.append((attempt, state)))
    return told


def test_a_run_that_is_deleted_while_it_runs_leaves_nothing_and_can_begin_anew(jobs, monkeypatch):
    c = slow(seed="40")
    begun(jobs, c)
    told, tell = deaf(jobs, monkeypatch), jobs._tell
    jobs.delete(c.key)
    monkeypatch.undo()

    def kept():
        return curve(jobs.store.history(c.key)), jobs.store.data(c.key, "checkpoint")

    then = kept()
    time.sleep(6)  # it goes on, and longer than between two checkpoints
    assert jobs.store.run(c.key) is None and c.key in jobs.store.binned()
    assert kept() == then
    assert any(jobs._client.run(busy).values()) and not jobs.active()
    jobs.submit(c)  # waits for the worker
    assert jobs.store.run(c.key).state == "queued" and jobs.position(c.key) == 1
    (attempt, state), *_ = until(lambda: told)
    assert tell is not jobs._tell and attempt != jobs._active[c.key][0]
    jobs._tell(attempt, state)
    run = begun(jobs, c)
    assert run.state == "running" and min(jobs.store.history(c.key)["train_loss"][0]) == 0
    jobs.delete(c.key)
    until(lambda: not any(jobs._client.run(busy).values()))
    assert jobs.store.restore(c.key) and jobs.store.run(c.key).state == "stopped"


def test_a_run_is_computed_anew_although_its_worker_does_not_hear(jobs, monkeypatch):
    c = slow(seed="41")
    begun(jobs, c)
    first = jobs._active[c.key][0]
    told = deaf(jobs, monkeypatch)
    jobs.again(c)
    monkeypatch.undo()
    assert jobs._active[c.key][0] != first and jobs.store.run(c.key).state == "queued"
    jobs._tell(*until(lambda: told)[0])
    assert begun(jobs, c).state == "running"
    jobs.delete(c.key)


def test_a_run_that_waits_is_deleted_at_once(jobs):
    first, second = slow(seed="42"), slow(seed="43")
    begun(jobs, first)
    jobs.submit(second)
    jobs.delete(second.key)
    assert jobs.store.run(second.key) is None and [r.key for r in jobs.active()] == [first.key]
    jobs.delete(first.key)
    jobs.delete(first.key)  # nothing is there
    assert jobs.wait(first.key) is None and not jobs.active()


def busy(dask_worker):
    return bool(dask_worker.state.executing)


def test_places_can_be_asked_for_while_runs_come_and_go(jobs):
    """A page asks in its own thread; the writer takes finished runs out in another."""
    jobs._active = {f"run{i}": ("", None) for i in range(3)}
    run, seen = jobs.store.run, []

    def meanwhile(key):
        seen.append(key)
        jobs._active.pop("run2", None)
        return run(key)

    jobs.store.run = meanwhile
    try:
        assert jobs.position("run1") == 0 and seen
    finally:
        jobs._active = {}
        del jobs.store.run


def test_a_batch_of_one_under_batch_normalisation_is_said(jobs):
    c = quick(batch_size="1", **{"layers.normalisation": "batch"})
    jobs.submit(c)
    run = jobs.wait(c.key)
    assert run.state == "failed" and run.message.startswith("Batch normalisation cannot learn")


@pytest.mark.parametrize(
    "ask", [lambda: torch.empty(10**15), lambda: [0] * 10**17], ids=["torch", "Python"]
)
def test_too_little_memory_is_said(ask):
    with pytest.raises((RuntimeError, MemoryError)) as error:
        ask()
    assert explain(error.value) == (
        "failed", "There was not enough memory. Try a smaller batch or network."
    )  # fmt: skip


@pytest.mark.parametrize(
    "name, visible, own",
    [
        (0, None, "0"),
        (3, None, "3"),
        (1, "4,5,6", "5"),
        (1, "GPU-a,MIG-b", "MIG-b"),
        (0, "", ""),
        (2, "7", None),
        ("tcp://10.0.0.2:41000", None, None),
    ],
)
def test_each_worker_of_the_embedded_cluster_has_a_gpu_of_its_own(name, visible, own):
    assert own_gpu(name, visible) == own


def test_workers_see_their_gpu_alone_before_they_compute(jobs):
    assert set(jobs._client.run(visible_gpus).values()) == {"0"}


def visible_gpus():
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def test_a_killed_worker_is_said_and_the_run_goes_on_with_the_same_curve(jobs):
    c = config(seed="5", epochs="80", **{"data.examples": "2000"})
    begun(jobs, c, steps=20)
    jobs.stop(c.key, wait=20)  # so that there is a checkpoint
    jobs.submit(c)
    until(lambda: jobs.store.run(c.key).state == "running")
    (worker,) = jobs._client.run(os.getpid).values()
    os.kill(worker, signal.SIGKILL)
    run = jobs.wait(c.key)
    assert run.state == "interrupted" and "worker process died" in run.message
    assert jobs.store.history(c.key)["batch_loss"][0].size > 0
    jobs.submit(c)
    assert jobs.wait(c.key, timeout=90).state == "done"
    assert curve(jobs.store.history(c.key)) == bare(c)


def test_no_other_user_of_the_machine_can_give_the_worker_orders(jobs):
    """Whoever reaches a dask scheduler can have code run: it talks to holders of its key alone."""
    address = jobs._cluster.scheduler_address
    assert address.startswith("tls://127.0.0.1:")
    for stranger in (None, Security.temporary()):
        with pytest.raises((OSError, TypeError)):
            Client(address, security=stranger, timeout="2s", set_as_default=False)


def test_a_diverging_run_is_said_with_its_layer(jobs):
    c = config(
        data="regression_curve", optimizer="gradient_descent", learning_rate="10",
        **{"layers.activation": "relu"},
    )  # fmt: skip
    jobs.submit(c)
    run = jobs.wait(c.key)
    assert run.state == "diverged" and "layer dense" in run.message
    assert jobs.store.frame_steps(c.key), "the last finite picture is kept"


def test_missing_files_are_said_not_raised(jobs):
    c = config(data="mnist", model="mlp")
    jobs.submit(c)
    run = jobs.wait(c.key)
    assert run.state == "failed" and "MNIST" in run.message and "\n" not in run.message


def test_a_full_disk_stops_the_run_with_a_sentence_and_the_next_one_works(jobs):
    c = slow(seed="6")
    begun(jobs, c)
    db = jobs.store._index._db
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 1}")
    jobs.wait(c.key)
    assert "disk is full" in (jobs.store.run(c.key).message or jobs.trouble[c.key])
    db.execute("PRAGMA max_page_count = 1000000000")
    after = quick(seed="7")
    jobs.submit(after)
    assert jobs.wait(after.key).state == "done"


def test_a_damaged_checkpoint_means_from_the_beginning(jobs):
    c = quick(seed="8")
    jobs.submit(c, until=5)
    jobs.wait(c.key)
    jobs.store.save(c.key, "checkpoint", b"garbage")
    jobs.submit(c)
    assert jobs.wait(c.key).state == "done"
    assert curve(jobs.store.history(c.key)).items() >= bare(c).items()


def test_train_again_gives_the_same_numbers(jobs):
    c = quick(seed="9")
    jobs.submit(c)
    jobs.wait(c.key)
    before = curve(jobs.store.history(c.key))
    jobs.again(c)
    assert jobs.wait(c.key).state == "done" and curve(jobs.store.history(c.key)) == before


def test_everything_listens_on_loopback_only(jobs):
    me = psutil.Process()
    pids = {me.pid, *(child.pid for child in me.children(recursive=True))}
    listening = {
        (c.laddr.ip, c.laddr.port)
        for pid in pids
        for c in psutil.Process(pid).net_connections("tcp")
        if c.status == psutil.CONN_LISTEN
    }
    assert listening and {ip for ip, _ in listening} == {"127.0.0.1"}


def test_a_server_killed_in_mid_run_leaves_a_run_that_goes_on(tmp_path, jobs):
    """The whole server process dies by SIGKILL; the next one finds the run and finishes it."""
    c = config(seed="13", epochs="120", **{"data.examples": "2000"})
    program = textwrap.dedent(
        f"""
        import time
        from engine.runs.jobs import Jobs
        from engine.runs.store import RunStore
        from engine.training.config import TrainConfig
        import engine.runs.jobs
        if __name__ == "__main__":
            from pathlib import Path
            store = RunStore(Path({str(tmp_path)!r}))
            jobs = Jobs(store)
            config = TrainConfig.read({c.flat()!r})[0]
            jobs.submit(config, until=200)
            jobs.wait(config.key)
            jobs.submit(config)
            while store.run(config.key).step < 400:
                time.sleep(0.02)
            print("ready", flush=True)
            time.sleep(60)
        """
    )
    path = tmp_path / "server.py"
    path.write_text(program)
    server = subprocess.Popen(
        [sys.executable, str(path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout.readline().strip() == "ready"
        children = psutil.Process(server.pid).children(recursive=True)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    psutil.wait_procs(children, timeout=20)
    store = RunStore(tmp_path)
    assert store.run(c.key).state == "running"
    store.interrupt_orphans()
    run = store.run(c.key)
    assert run.state == "interrupted" and "server stopped" in run.message and run.step >= 400
    there = jobs.store
    jobs.store = store
    try:
        jobs.submit(c)
        assert jobs.wait(c.key, timeout=90).state == "done"
        assert curve(store.history(c.key)).items() >= bare(c).items()
    finally:
        jobs.store = there
        store.close()


def test_a_program_that_ends_in_mid_run_keeps_what_was_computed_and_says_nothing(tmp_path):
    c = slow(seed="14")
    path = tmp_path / "program.py"
    path.write_text(
        textwrap.dedent(
            f"""
            import time
            from pathlib import Path
            from engine.runs.jobs import Jobs
            from engine.runs.store import RunStore
            from engine.training.config import TrainConfig
            if __name__ == "__main__":
                store = RunStore(Path({str(tmp_path / "runs")!r}))
                config = TrainConfig.read({c.flat()!r})[0]
                Jobs(store).submit(config)
                while store.run(config.key).step < 20:
                    time.sleep(0.02)
            """
        )
    )
    ended = subprocess.run(
        [sys.executable, str(path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    store = RunStore(tmp_path / "runs")
    run, checkpoint = store.run(c.key), store.load(c.key, "checkpoint")
    store.close()
    assert run.state == "interrupted" and "server stopped" in run.message
    assert checkpoint is not None and int(checkpoint["progress"][0]) == run.step >= 20


def test_the_same_jobs_run_on_a_cluster_that_is_already_there(tmp_path):
    """What `BLINDSPOT_SCHEDULER` names: here one of two worker processes, on loopback."""
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )  # fmt: skip
    store = RunStore(tmp_path)
    remote = Jobs(store, cluster.scheduler_address)
    try:
        configs = [quick(seed=str(seed)) for seed in (20, 21)]
        for c in configs:
            remote.submit(c)
        for c in configs:
            assert remote.wait(c.key, timeout=200).state == "done"  # two cold workers
            assert curve(store.history(c.key)) == bare(c)
    finally:
        remote.close()
        cluster.close()
        store.close()
