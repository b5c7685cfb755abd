"""A real server for tests, benchmarks and pictures: its own process, port, home and runs."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.paths import ROOT

KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "TMPDIR")


class Server:
    """The app on a free loopback port, while the `with` block lasts."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """
        Args:
            folder: made; holds runs, data, home and the log.
            environment: variables beside a fresh environment.
        """
        self.folder = folder
        self.runs = folder / "runs"
        self.log = folder / "server.log"
        self.seconds = 0.0  # from the start of the process to its first answer
        self._environment = environment

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "HOME": str(self.folder),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "BLINDSPOT_RUNS": str(self.runs),
            "BLINDSPOT_DATA": str(self.folder / "data"),
            **self._environment,
        }
        app = [sys.executable, "-m", "dashboard.serve"]
        keeper = [sys.executable, str(ROOT / "tests" / "keeper.py")]
        begun = time.perf_counter()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [*keeper, *app], cwd=ROOT, env=environment,
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - begun > 60:
                self.__exit__()
                raise RuntimeError(f"The app did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)
        self.seconds = time.perf_counter() - begun
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()  # the keeper ends the whole group
        self._process.wait(timeout=60)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def free_port() -> int:
    """A loopback port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
