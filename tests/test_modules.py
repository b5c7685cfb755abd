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


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_private_module_of_another_room_is_imported(path: Path) -> None:
    """A module whose name begins with an underscore is its own folder's business."""
    room = path.with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                *parts, last = *node.module.split("."), alias.name
                for depth, part in enumerate((*parts, last)):
                    private = part.startswith("_") and parts[0] in ("engine", "dashboard")
                    is_module = (
                        depth < len(parts) or (ROOT / "/".join(parts) / f"{last}.py").exists()
                    )
                    if private and is_module:
                        assert tuple(parts[:depth]) == room, f"{path} imports {node.module}.{last}"
