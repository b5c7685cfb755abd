"""What does a worker process do with a piece of work? It runs it and tells the server.

Events are gathered and sent to the server's topic at most every `SEND_EVERY` seconds, so that a
watched run is hardly slower than a bare one.
"""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from distributed import get_worker

from engine.device import describe_device, leave_a_core_to_the_server, pick_device
from engine.runs import work
from engine.runs.events import Checkpoint, Diverged, Done, Frame, Metrics, Paused, Started
from engine.runs.files import decode_state, encode_arrays, encode_state
from engine.runs.handed import Trained, hand
from engine.words import pack

SEND_EVERY = 0.1  # seconds between two messages
SAVE_EVERY = 5.0  # seconds between two checkpoints

Message = dict[str, Any]

_requests: dict[str, str] = {}  # attempt to the state in which it is asked to stop
_MOST = 100  # requests kept: every worker hears of all, and most are not for it


def dask_setup(worker: Any) -> None:
    """Called by dask in a worker process: Ctrl+C in a terminal is for the server alone, each worker
    has a GPU of its own, and where cores are few the pages come before the training.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gpu = own_gpu(worker.name, os.environ.get("CUDA_VISIBLE_DEVICES"))
    if gpu is not None:  # before CUDA is first asked for anything; afterwards it would be too late
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    if hasattr(os, "nice"):
        os.nice(10)


def own_gpu(name: object, visible: str | None) -> str | None:
    """What worker `name` may see of the GPUs, where they are shared out; else None.

    Args:
        name: of the worker: a number from 0 in the embedded cluster, an address elsewhere.
        visible: the GPUs that the server may see, by comma; None: all of them.
    """
    if not isinstance(name, int):
        return None  # whoever started this worker chose its GPU
    devices = None if visible is None else visible.split(",")
    if devices is None:
        return str(name)
    return devices[name] if name < len(devices) else None


def ask_to_stop(attempt: str, state: str) -> None:
    """Let an attempt end in `state`, at its next checkpoint, if it runs here or is about to."""
    _requests[attempt] = state
    while len(_requests) > _MOST:
        _requests.pop(next(iter(_requests)), None)


def warm_up() -> None:
    """Import what the first job needs before somebody waits for it."""
    leave_a_core_to_the_server()
    work.import_kinds()
    list(work.WORK["train"]().run(pick_device(), until=1))  # torch imports more with a first update


class _Sender:
    """Gathers events and sends them at most every `SEND_EVERY` seconds."""

    def __init__(self, send: Callable[[Message], None], key: str, attempt: str) -> None:
        self._send, self._who = send, {"key": key, "attempt": attempt}
        self._metrics: list[tuple[int, dict[str, float]]] = []
        self._frames: list[tuple[int, bytes]] = []
        self._step, self._last = 0, 0.0

    def metrics(self, event: Metrics) -> None:
        self._metrics.append((event.step, event.values))
        self._step = event.step
        if time.monotonic() - self._last > SEND_EVERY:
            self.flush()

    def frame(self, event: Frame) -> None:
        self._frames.append((event.step, encode_arrays(event.arrays)))

    def flush(self, **more: Any) -> None:
        self._send(
            {**self._who, "metrics": self._metrics, "frames": self._frames, "step": self._step}
            | more
        )
        self._metrics, self._frames, self._last = [], [], time.monotonic()


def run_work(
    text: str,
    key: str,
    attempt: str,
    topic: str,
    start: bytes | None,
    until: int | None,
    handed: dict[str, Trained],
) -> None:
    """Run a config to its end, to `until`, or until it is asked to stop."""
    hand(handed)
    leave_a_core_to_the_server()
    worker = get_worker()
    device = pick_device()
    sender = _Sender(lambda message: worker.log_event(topic, message), key, attempt)
    state = decode_state(start) if start else None
    first = int(state["progress"][0]) if state and "progress" in state else 0
    saved = begun = time.monotonic()
    before = float(state["progress"][1]) if state and "progress" in state else 0.0

    def seconds() -> float:
        return before + time.monotonic() - begun

    for event in work.load(text).run(device, state, until):
        asked = _requests.get(attempt)
        match event:
            case Started():
                facts = {"step": first, "steps": event.steps, "facts": event.facts}
                sender.flush(started={**facts, "device": pack(describe_device(device))})
            case Metrics():
                sender.metrics(event)
            case Frame():
                sender.frame(event)
            case Checkpoint():
                due = time.monotonic() - saved > SAVE_EVERY or event.step == until
                if asked or due:
                    sender.flush(checkpoint=encode_state(event.save()), seconds=seconds())
                    saved = time.monotonic()
                if asked:
                    sender.flush(state=_requests.pop(attempt))
                    return
            case Paused():
                sender.flush(state="paused", seconds=seconds())
            case Diverged():
                sender.flush(state="diverged", message=pack(event.sentence), seconds=seconds())
            case Done():
                sender.flush(
                    state="done",
                    summary=event.summary,
                    seconds=seconds(),
                    step=event.step,
                    weights=encode_state(event.weights),
                )
