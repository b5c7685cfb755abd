"""Who runs the work, and what is it doing? Jobs on dask.distributed, streamed into the store.

With no setting, an embedded cluster of this machine: one worker process, or one a GPU. With
`BLINDSPOT_SCHEDULER=tcp://host:8786` the same code runs on a cluster of any size.
"""

import atexit
import os
import queue
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from distributed import Client, Future
from distributed.comm import CommClosedError

from engine.runs import work
from engine.runs.cluster import embedded, no_worker, prepare
from engine.runs.costs import too_large
from engine.runs.failures import explain
from engine.runs.files import StoreError, encode_state
from engine.runs.handed import Trained, of_store
from engine.runs.store import STOPPED, Run, RunStore
from engine.runs.worker import Message, ask_to_stop, run_work, warm_up
from engine.words import said, unpack, why

TURN = 20.0  # seconds that a run goes on while others wait


class Jobs:
    """Runs each config at most once at a time, and keeps what it says in the store.

    The store is the truth: whoever wants to know about a run reads it there.
    """

    def __init__(self, store: RunStore, scheduler: str | None = None) -> None:
        """
        Args:
            store: where events go.
            scheduler: address of a cluster; None starts an embedded one.
        """
        self.store = store
        self.trouble: dict[str, str] = {}  # key to what could not even be stored
        self._lock = threading.RLock()
        self._active: dict[str, tuple[str, Future]] = {}  # key to (attempt, future), in order
        self._asked: dict[str, tuple[work.Work, int | None]] = {}  # key to what was asked for
        self._began: dict[str, float] = {}  # attempt to when it began to run
        self._closing = threading.Event()
        self._leaving: dict[str, Future] = {}  # attempt to future: given up, and still running
        self._storing = threading.Lock()  # held while one message is stored; taken before `_lock`
        self._changed = threading.Condition(self._lock)
        self._topic = f"blindspot-{uuid.uuid4().hex}"
        self._inbox: queue.SimpleQueue[tuple[str, Message] | None] = queue.SimpleQueue()
        self._errands = ThreadPoolExecutor(1, "blindspot-errands")
        store.interrupt_orphans()
        prepare()
        self._cluster = None if scheduler else embedded()
        self._client = Client(self._cluster or scheduler, timeout="20s", set_as_default=False)
        self._client.subscribe_topic(self._topic, self._hear)
        self._writer = threading.Thread(target=self._write, name="blindspot-writer", daemon=True)
        self._writer.start()
        threading.Thread(target=self._take_turns, name="blindspot-turns", daemon=True).start()
        self._client.submit(warm_up, key=f"warm-up-{uuid.uuid4().hex}", pure=False)
        atexit.register(self.close)

    # ---- what a page may do ----

    def submit(self, config: work.Work, until: int | None = None) -> None:
        """Start or continue the work unless it is active or done. Returns at once.

        Args:
            config: what to run.
            until: step to pause at; None runs to the end.
        """
        key = config.key
        if (refused := too_large(config)) is not None:
            self.trouble[key] = refused.sentence
            return
        if config.outdated:  # today's numbers must not stand under yesterday's key
            self.trouble[key] = said(
                "This is work of an earlier revision: it can be looked at only."
            )
            return
        with self._lock:
            run = self.store.run(key)
            if key in self._active or (run and run.state in ("done", "diverged")):
                return
            if run and until is not None and run.step >= until:
                return
            self.trouble.pop(key, None)
            try:
                self.store.begin(config)
                start = self.store.load(key, "checkpoint")
            except StoreError as error:
                if self.store.run(key) is None:
                    self.trouble[key] = why(error)
                    return
                start = None  # a damaged checkpoint: from the beginning
            attempt = uuid.uuid4().hex
            data = encode_state(start) if start else None
            handed = {key: found for key in config.needs() if (found := self._trained(key))}
            future = self._client.submit(
                run_work,
                work.dump(config),
                key,
                attempt,
                self._topic,
                data,
                until,
                handed,
                key=f"{key}-{attempt}",
                pure=False,
                retries=0,
            )
            self._active[key] = (attempt, future)
            self._asked[key] = (config, until)
        future.add_done_callback(lambda future: self._ended(key, attempt, future))

    def stop(self, key: str, state: str = "paused", wait: float = 0.0) -> None:
        """Ask a run to stop at its next chance and keep a checkpoint.

        Args:
            key: of the run; unknown or idle ones are left alone.
            state: "paused" or "stopped".
            wait: seconds to wait until it has, at most.
        """
        if attempt := self._withdraw(key, state):
            self._errands.submit(self._tell, attempt, state)
            if wait:
                self.wait(key, wait)

    def again(self, config: work.Work) -> None:
        """Forget a finished run and compute it anew; one of an earlier revision stays."""
        if config.outdated:
            return
        with self._storing:
            self._give_up(config.key)
            for name in ("weights", "checkpoint"):
                self.store.drop(config.key, name)  # type: ignore[arg-type]
            self.store.clear(config.key)
            if self.store.run(config.key):
                self.store.set(config.key, state="stopped", step=0, seconds=0, summary={})
        self.submit(config)

    def delete(self, key: str) -> None:
        """Put a run into the bin, also one that runs: nothing that it still says is kept.

        It is not waited for: the updates of a large network may take longer than anybody waits.
        """
        with self._storing:
            self._give_up(key)
            run = self.store.run(key)
            if run and run.active:  # so that it is no active run when it is brought back
                self.store.set(key, state="stopped")
            self.store.bin(key)

    def position(self, key: str) -> int:
        """Place in the queue: 1 is next; 0 is running or not here."""
        waiting = [run.key for run in self.active() if run.state == "queued"]
        return waiting.index(key) + 1 if key in waiting else 0

    def active(self) -> list[Run]:
        """The runs that run or wait, in order."""
        return [run for key in list(self._active) if (run := self.store.run(key))]

    def wait(self, key: str, timeout: float = 60.0) -> Run | None:
        """Block until a run is no longer active; for scripts and tests."""
        with self._changed:
            self._changed.wait_for(lambda: key not in self._active, timeout=timeout)
        return self.store.run(key)

    def missing(self) -> bool:
        """Whether there is no worker; an embedded cluster is then made to start one."""
        if self._cluster is None:
            return not self._client.scheduler_info(n_workers=1)["workers"]
        return no_worker(self._cluster)

    def workers(self) -> list[str]:
        """One line for each worker: its device."""
        info = self._client.scheduler_info(n_workers=-1)["workers"]
        return [f"{worker['name']}: {worker['nthreads']} thread" for worker in info.values()]

    def close(self) -> None:
        """Checkpoint and stop every run, then the cluster."""
        atexit.unregister(self.close)
        self._closing.set()
        for key in list(self._active):
            if attempt := self._withdraw(key, "interrupted"):
                self._tell(attempt, "interrupted")  # no errand: none begins once Python exits
                self.wait(key, 3)
                self.store.set(key, message=STOPPED)
        with suppress(Exception):  # the cluster may be gone already
            self._client.close(timeout=5)
        if self._cluster is not None:
            self._cluster.close(timeout=10)
        self._inbox.put(None)
        self._writer.join(timeout=10)
        self._errands.shutdown(wait=False, cancel_futures=True)

    # ---- how it happens ----

    def _trained(self, key: str) -> Trained | None:
        """What travels of a run's network; None where it is gone, which the worker says."""
        try:
            return of_store(self.store, key)
        except StoreError:
            return None

    def _withdraw(self, key: str, state: str) -> str | None:
        """End a run that waits. Returns the attempt to be told, of one that waited too: it may just
        have begun; None where the run is idle.
        """
        with self._lock:
            if key not in self._active:
                return None
            attempt, future = self._active[key]
            if self.position(key):
                future.cancel()
                self._finish(key, attempt, state)
            return attempt

    def _give_up(self, key: str) -> None:
        """End the present attempt of a run without its last word, as the caller holds `_storing`:
        what it says from now on is dropped, and the run may begin anew.
        """
        with self._changed:
            if attempt := self._withdraw(key, "stopped"):
                self._errands.submit(self._tell, attempt, "stopped")
            if key in self._active:
                last, future = self._active.pop(key)
                self._asked.pop(key, None)
                self._began.pop(last, None)
                if not future.done():
                    self._leaving[last] = future
            self.trouble.pop(key, None)
            self._changed.notify_all()

    def _take_turns(self) -> None:
        """Where others wait, a run gives way after its turn and goes on after them: no long run,
        and none that nobody looks at any more, keeps a class waiting.
        """
        while not self._closing.wait(TURN / 10):
            now, asked = time.monotonic(), []
            with self._lock, suppress(StoreError):
                if not any(run.state == "queued" for run in self.active()):
                    continue
                for attempt, _ in self._active.values():
                    if now - self._began.get(attempt, now) > TURN:
                        self._began[attempt] = now  # it is asked once a turn
                        asked.append(attempt)
            for attempt in asked:
                self._errands.submit(self._tell, attempt, "queued")

    def _tell(self, attempt: str, state: str) -> None:
        with suppress(CommClosedError, OSError, TimeoutError):
            self._client.run(ask_to_stop, attempt, state, on_error="ignore")

    def _hear(self, event: tuple[float, Message]) -> None:
        """On the client's own thread: hand over, do nothing slow."""
        self._inbox.put(("message", event[1]))

    def _ended(self, key: str, attempt: str, future: Future) -> None:
        """A task's last word. A finished one said it itself, in its last message."""
        self._leaving.pop(attempt, None)
        error: BaseException | None = None
        if future.status == "error":
            error = future.exception()
        elif future.status in ("cancelled", "lost"):
            error = ConnectionError("lost")
        if error is not None:
            state, sentence = explain(error)
            self._inbox.put(
                ("message", {"key": key, "attempt": attempt, "state": state, "message": sentence})
            )

    def _write(self) -> None:
        """The writer thread: everything that workers say goes into the store here."""
        while (item := self._inbox.get()) is not None:
            with self._storing:
                self._take(item[1])

    def _take(self, message: Message) -> None:
        """Store what one attempt says, unless it was given up."""
        key = message["key"]
        with self._lock:
            if self._active.get(key, ("", None))[0] != message["attempt"]:
                return
        try:
            self._store(key, message)
        except StoreError as error:
            self.trouble[key] = why(error)
            self._errands.submit(self._tell, message["attempt"], "failed")
            message = {**message, "state": "failed", "message": why(error)}
        if "state" in message:
            self._finish(key, message["attempt"], message["state"], message.get("message", ""))

    def _store(self, key: str, message: Message) -> None:
        if "started" in message:
            begun = message["started"]
            self._began[message["attempt"]] = time.monotonic()
            self.store.clear(key, after=begun["step"] if begun["step"] else -1)
            self.store.set(
                key,
                state="running",
                steps=begun["steps"],
                facts=begun["facts"],
                device=begun["device"],
            )
        if message.get("metrics") or message.get("frames"):
            self.store.append(key, message["metrics"], message["frames"], message["step"])
        if "checkpoint" in message:
            self.store.save(key, "checkpoint", message["checkpoint"])
        if "weights" in message:
            self.store.save(key, "weights", message["weights"])
            self.store.drop(key, "checkpoint")
        if "summary" in message:
            self.store.set(key, summary=message["summary"], step=message["step"])
        if "seconds" in message:
            self.store.set(key, seconds=message["seconds"])

    def _finish(self, key: str, attempt: str, state: str, message: str = "") -> None:
        with self._changed:
            if self._active.get(key, ("", None))[0] != attempt:
                return
            self._began.pop(attempt, None)
            asked = self._asked.pop(key, None)
            if state == "queued" and asked is not None:  # it gave way, and stands at the end now
                del self._active[key]
                self.submit(*asked)
                return
            try:
                self.store.set(key, state=state, message=message)
                self.store.prune()
            except StoreError as error:
                self.trouble[key] = unpack(message) if message else why(error)
            del self._active[key]
            self._changed.notify_all()


def from_environment(store: RunStore) -> Jobs:
    """Jobs on the cluster that `BLINDSPOT_SCHEDULER` names, else on an embedded one."""
    return Jobs(store, os.environ.get("BLINDSPOT_SCHEDULER") or None)
