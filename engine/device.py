"""Which device computes, with how many threads, and where does randomness come from?"""

import hashlib
import importlib.util
import os
import platform
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
import torch

from engine.words import said


@cache
def guard_torchvision() -> None:
    """Let torchvision import beside a CPU-only torch.

    Its Linux wheel is built with CUDA; where its compiled operators cannot be loaded, `import
    torchvision` fails on operators that models, transforms and data sets never call. Declaring
    their schemas is enough then (torchvision 0.28.0, torch 2.13.0), and wrong where they do load.
    """
    spec = importlib.util.find_spec("torchvision")
    for library in Path(spec.origin).parent.glob("_C.*") if spec and spec.origin else ():
        with suppress(OSError):
            torch.ops.load_library(library)
            return
    for name, arguments in (
        ("nms", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"),
        ("qnms", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"),
    ):
        torch.library.define(f"torchvision::{name}", arguments)


def pick_device() -> torch.device:
    """The first CUDA device where there is one, else the CPU."""
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")


def describe_device(device: torch.device | None = None) -> str:
    """One line: name, cores or memory."""
    device = device or pick_device()
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        memory = properties.total_memory / 2**30
        return said("{name}, {memory:.0f} GiB", name=properties.name, memory=memory)
    memory = psutil.virtual_memory().total / 2**30
    return said(
        "CPU ({kind}), {threads} of {cores} cores, {memory:.0f} GiB",
        kind=platform.machine(),
        threads=torch.get_num_threads(),  # sums are in another order with another number of them
        cores=os.cpu_count(),
        memory=memory,
    )


def leave_a_core_to_the_server() -> None:
    """For worker processes: more threads make the pages slower than the training faster."""
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))


def number_for(seed: int, *purpose: str | int) -> int:
    """A 56-bit seed that depends only on the seed and on what it is for."""
    text = "/".join(map(str, (seed, *purpose)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7])


def generator(
    seed: int, *purpose: str | int, device: torch.device | str = "cpu"
) -> torch.Generator:
    """A source of randomness that depends only on the seed and on what it is for.

    So two runs that differ in one knob still share initial weights and batch order, and a run
    that continues from a checkpoint draws what it would have drawn.
    """
    return torch.Generator(device).manual_seed(number_for(seed, *purpose))
