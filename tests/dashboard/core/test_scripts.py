"""The script of a run repeats it and reaches its number, whichever members it is made of."""

import contextlib
import io
import math
import time

import torch

from dashboard.core.export import script
from engine.runs.events import Diverged, Done
from engine.runs.store import Run
from engine.runs.work import dump
from engine.training.config import TrainConfig
from engine.training.train import train
from tests.pairs import choices, covering


def repeats(config: TrainConfig) -> None:
    """Train, export, and run the exported program."""
    *_, last = train(config, torch.device("cpu"))
    if isinstance(last, Diverged):
        return
    assert isinstance(last, Done)
    run = Run(
        key=config.key, kind=config.kind, config=dump(config), state="done", step=last.step,
        steps=last.step, seconds=1.0, created=time.time(), used=time.time(), device="CPU",
        facts={}, summary=last.summary, message="", note="", pinned=False, owner="",
    )  # fmt: skip
    if not math.isfinite(next(iter(last.summary.values()))):
        return
    program, said = script(run), io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(program, f"{config.key}.py", "exec"), {"__name__": "__main__"})
    assert "The same result" in said.getvalue(), config.flat()


def test_scripts_of_all_pairs_of_members_repeat_their_runs() -> None:
    used: dict[str, set[str]] = {name: set() for name in choices()}
    for config in covering():
        repeats(config)
        for name in used:
            if name in config.knobs():
                used[name].add(config.get(name).id)
    assert used == {name: set(ids) for name, ids in choices().items()}
