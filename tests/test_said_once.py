"""Nothing is written twice: no six lines of one file stand in another, or once more in it.

What has to be alike is left out: imports, signatures, docstrings, and lines of punctuation.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

from engine.paths import ROOT

LONG = 6  # lines
ROOMS = ("engine", "dashboard", "pages", "scripts", "tests")


def lines_of(text: str) -> list[tuple[int, str]]:
    """(number, line) of the code that says something of its own."""
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            left_out.update(range(node.lineno, (node.end_lineno or 0) + 1))
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            first = node.body[0] if node.body else None
            if isinstance(node, ast.FunctionDef) and first:
                left_out.update(range(node.lineno, first.lineno))
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                left_out.update(range(first.lineno, (first.end_lineno or 0) + 1))
    return [
        (number, re.sub(r"\s+", " ", line.strip()))
        for number, line in enumerate(text.splitlines(), 1)
        if number not in left_out and re.search(r"\w", line) and not line.strip().startswith("#")
    ]


def repeated(texts: dict[str, str]) -> list[str]:
    """Where the same six lines stand, by their first: "a.py:10 = b.py:40"."""
    places: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, text in texts.items():
        lines = lines_of(text)
        for at in range(len(lines) - LONG + 1):
            run = tuple(line for _, line in lines[at : at + LONG])
            places[run].append(f"{name}:{lines[at][0]}")
    return [" = ".join(found) for found in places.values() if len(found) > 1]


def test_no_six_lines_stand_twice() -> None:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    texts = {str(Path(path).relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    found = repeated(texts)
    assert not found, "\n".join(found)


def test_it_would_be_seen() -> None:
    code = "\n".join(f"a{i} = {i}" for i in range(LONG))
    assert repeated({"a.py": code, "b.py": f"import os\n\n\n{code}\nb = 1"}) == ["a.py:1 = b.py:4"]
    assert not repeated({"a.py": code, "b.py": code.replace("a0", "b0")})
