"""Every module says in its first line which question it answers, and holds one idea."""

import ast
from pathlib import Path

import pytest

from engine.paths import ROOT

MODULES = sorted(
    path.relative_to(ROOT)
    for room in ("engine", "dashboard", "pages")
    for path in (ROOT / room).rglob("*.py")
)
LINES = 400  # at 300 ask whether it is two ideas; beyond this it is


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_says_what_it_is_about(path: Path) -> None:
    said = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    assert said, f"{path} has no docstring: begin it with a sentence that says what it answers."


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_is_one_idea_long(path: Path) -> None:
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert lines <= LINES, f"{path} has {lines} lines: it may be two ideas; give each its file."
