"""Runs as the store would hold them, and their programs in an interpreter that has only torch."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import torch

from engine.paths import ROOT
from engine.runs.events import Diverged, Done
from engine.runs.store import Run, Series
from engine.runs.work import Work, dump
from engine.training.script_of import has_script, script_of
from tests.events import told

RUNNER = """
import contextlib, importlib.util, io, json, pathlib, runpy, sys, traceback
assert importlib.util.find_spec("engine") is None, "the engine is within reach"
said = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    sys.argv[1:] = sys.argv[1:2]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            runpy.run_path(str(path), run_name="__main__")
        except Exception:
            print(traceback.format_exc())
    said[path.stem] = out.getvalue()
print(json.dumps(said))
"""


def ran(config: Work) -> tuple[Run, Series]:
    """A piece of work on the CPU, from beginning to end, and what is kept of it."""
    events = list(config.run(torch.device("cpu")))
    last = events[-1]
    assert isinstance(last, Done | Diverged)
    run = Run(
        key=config.key, kind=config.kind, config=dump(config),
        state="done" if isinstance(last, Done) else "diverged", step=last.step, steps=last.step,
        seconds=1.0, created=0.0, used=0.0, device="CPU", facts={},
        summary=last.summary if isinstance(last, Done) else {},
        message="" if isinstance(last, Done) else last.sentence, note="", pinned=False, owner="",
    )  # fmt: skip
    return run, told(events)


def program(config: Work) -> str:
    """The program of a piece of work that is run for it."""
    run, history = ran(config)
    assert has_script(config, run), config.flat()
    return script_of(config, run, history)


def alone(programs: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What each program prints, in an empty folder, without the engine, one after the other."""
    kept, empty = folder / "programs", folder / "empty"
    kept.mkdir()
    empty.mkdir()
    for name, text in programs.items():
        (kept / f"{name}.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUNNER, str(kept)], cwd=empty, capture_output=True, text=True,
        env={},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not list(empty.iterdir()), "a program leaves nothing behind"
    found: dict[str, str] = json.loads(done.stdout)
    return found


def well_written(programs: Mapping[str, str], folder: Path) -> str:
    """What the project's own formatter and linter say of programs; empty where they say nothing."""
    kept = folder / "written"
    kept.mkdir()
    for name, text in programs.items():
        (kept / f"{name}.py").write_text(text, encoding="utf-8")
    ruff, settings = Path(sys.executable).parent / "ruff", ROOT / "pyproject.toml"
    said = ""
    for command in (["format", "--diff"], ["check", "--quiet", "--output-format", "concise"]):
        done = subprocess.run(
            [ruff, *command, "--config", settings, kept], capture_output=True, text=True
        )
        said += done.stdout if done.returncode else ""
    return said
