"""Which server process does an active run belong to, and does it still live?

A number alone is not enough: after a restart another process has it. The host's name would be too
much: a laptop changes it from network to network, and an index is only ever used on one machine.
"""

from functools import cache

import psutil

SET = 60.0  # seconds that a clock may be set by while a server runs


@cache
def this_process() -> str:
    """How this process signs its runs: number and start, in seconds since 1970."""
    process = psutil.Process()
    return f"{process.pid}:{process.create_time():.2f}"


def lives(owner: str) -> bool:
    """Whether the process that signed so is still there; False for what nobody signed so."""
    pid, _, started = owner.partition(":")
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(started)) < SET
    except (psutil.Error, ValueError, OverflowError):
        return False
