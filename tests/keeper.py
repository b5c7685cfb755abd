"""Runs a command until it ends, or until whoever started it is gone; then ends all it started.

Start it in a session of its own, with a pipe as its input: the pipe closes when the process at its
other end dies, however that happens.
"""

import os
import signal
import subprocess
import sys
import threading
import time

PATIENCE = 20.0  # seconds from the polite signal to the other


def main(command: list[str]) -> None:
    # The polite signal reaches the whole group, this process included. A handler, unlike "ignore",
    # is not inherited by the command.
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_when_alone, daemon=True).start()
    child.wait()
    os.killpg(os.getpgrp(), signal.SIGKILL)  # what the command left behind, and this process


def _end_when_alone() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
