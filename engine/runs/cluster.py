"""Where does the work run, when no cluster is named? In worker processes of this machine."""

from collections.abc import Sequence

import dask
import torch
from distributed import LocalCluster
from distributed.core import Status

# Dask has its workers give every freed 64 KiB back to the system; the next batch then asks for them
# again, page by page, which made training half as slow again. Bytes.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": 128 << 20, "MALLOC_MMAP_THRESHOLD_": 32 << 20}


def prepare() -> None:
    """dask's settings, before anything of it is started."""
    dask.config.set(
        {
            "distributed.scheduler.allowed-failures": 0,  # a dead worker: say so, do not retry
            "distributed.admin.low-level-log-length": 20,  # the scheduler keeps no history
            "distributed.worker.memory.terminate": False,
            "distributed.worker.profile.enabled": False,  # 100 looks a second at the training
            "distributed.nanny.pre-spawn-environ": KEEP_MEMORY,
            # A process that is slow to come back is waited for; dask would forget it in 15 s.
            "distributed.deploy.lost-worker-timeout": "1 hour",
        }
    )


def wanted_workers() -> int:
    """One a GPU, or one in all."""
    return max(1, torch.cuda.device_count())


def embedded(preload: Sequence[str] = ("engine.runs.worker",)) -> LocalCluster:
    """Listens on loopback only, and talks to those alone that hold the key made for it: whoever
    reaches a scheduler can have code run, and a machine may have other users.
    """
    return LocalCluster(
        n_workers=wanted_workers(),
        security=True,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # None would still open one, on every address
        worker_dashboard_address=None,
        memory_limit=0,
        preload=list(preload),
        silence_logs=50,
    )


def no_worker(cluster: LocalCluster) -> bool:
    """Whether no worker is there; one that was given up is then started again."""
    if cluster.scheduler.workers:
        return False
    given_up = (Status.failed, Status.closed)
    for name, nanny in list(cluster.workers.items()):
        if nanny.status in given_up:
            del cluster.workers[name]
    if not cluster.workers:
        cluster.scale(wanted_workers())
    return True
