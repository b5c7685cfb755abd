"""Each contract between rooms fails when it is broken: a forbidden import is tried in a copy."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from engine.paths import ROOT

BROKEN = {  # beginning of a contract's name: a file, and an import that it must not have
    "pages use": ("engine/metrics.py", "dashboard.core.link"),
    "the engine knows": ("engine/metrics.py", "streamlit"),
    "topics stand on": ("engine/runs/work.py", "engine.training.loop"),
    "topics know": ("engine/topics/activations/health.py", "engine.topics.optimizers.races.cost"),
    "rooms of pages": ("dashboard/core/live.py", "dashboard.training.one"),
    "shared figures": ("dashboard/figures/cells.py", "dashboard.core.words"),
    "figures are pure": ("dashboard/sampling/figures/bits.py", "streamlit"),
    "pages compose": ("pages/training.py", "torch"),
    "the dashboard asks": ("dashboard/core/live.py", "torch"),
}
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
]


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_fails_when_it_is_broken(name: str, tmp_path: Path) -> None:
    file, module = next(value for start, value in BROKEN.items() if name.startswith(start))
    for room in ("engine", "dashboard", "pages"):
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as text:
        text.write(f"\nimport {module}\n")
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    ran = subprocess.run([command, "--no-cache"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode, "nothing was found"
    assert any(line.startswith(name) and "BROKEN" in line for line in ran.stdout.splitlines())
