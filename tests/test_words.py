"""The names that the code once made up for itself do not come back, in code or on screen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.paths import ROOT, TEXT

BANNED = {  # and what to say instead
    "told": "what it is: text, facts, origin",
    "beside": "more, rivals, comparison",
    "strangers": "pictures of another data set",
    "spoilt": "corrupted",
    "hans": "clever_hans",
    "spot": "blind_spot",
    "the_sum": "shapley_sum",
    "misleads": "pitfalls",
    "adopt": "ship",
    "shelf": "uploaded_tables",
    "surprise": "bits_per_value",
    "Everyone": "AllRowsExplained",
    "Beside": "EstimatorComparison",
    "Asks": "RowQuestion",
    "Exaggerate": "DeepDream",
    "MixedStack": "BatchedMixed",
}
FOR_EVER = {  # settings of links: their names stay
    "dashboard/blind_spot/view.py": {"beside"},
    "dashboard/sampling/view.py": {"beside", "spoilt"},
    "dashboard/explain_images/view.py": {"hans"},
}
UNSAID = re.compile(  # words that an outsider does not understand at first sight
    r"\b(spoilt|strangers|spoil(s|ing)?)\b", re.IGNORECASE
)


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of everything that a file names itself: it may use what others named."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id


@pytest.mark.parametrize("room", ["engine", "dashboard", "pages", "scripts"])
def test_no_name_is_a_word_that_we_made_up(room: str) -> None:
    found = []
    for path in (ROOT / room).rglob("*.py"):
        place = str(path.relative_to(ROOT))
        for line, name in names(ast.parse(path.read_text(encoding="utf-8"))):
            if name in BANNED and name not in FOR_EVER.get(place, ()):
                found.append(f"{place}:{line} {name}: {BANNED[name]}")
        if path.stem in BANNED:
            found.append(f"{place}: {BANNED[path.stem]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "path", sorted((TEXT / "en").rglob("*.*")), ids=lambda path: str(path.relative_to(TEXT))
)
def test_no_sentence_says_such_a_word(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{n}: {line.strip()[:90]}"
        for n, line in enumerate(lines, 1)
        if UNSAID.search(line) and not line.startswith("link ")
    ]
    assert not found, "\n".join(found)
