"""The names that the code once made up for itself do not come back, in code or on screen."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.activations.view import ActView
from dashboard.optimizers.view import OptimView
from dashboard.training.view import View
from engine.config import Config, shown
from engine.paths import ROOT, TEXT
from engine.registry import all_families
from engine.runs.work import WORK, import_kinds

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
    "Quiz": "RowQuestion",
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


STOPS = {  # words on screen that stop a newcomer, and what to say instead
    r"\b[Ss]cenes?\b": "prepared experiment",
    r"\b(Mean|Square|Update|Memory) (beta|β)": "say what β averages",
    r"^Patience$": "stop early after",
    r"^values of a setting$": "vary one setting",
    r"\bone scale a layer\b": "one colour scale per layer",
    r"\bhidden unit answers\b": "outputs",
    r"^More of the record$": "more curves",
    r"^How it is shown$": "display options",
    r"^One step is$": "step size",
    r"^Curve$": "curve (regression)",
    r"\bbatched programs?\b": "networks trained together",
    r"\brun or wait\b": "how many come before this one, and how long that takes",
    r"^Done$": "progress",
    r"^(Reset|Replay)$": "what happens: to start, play",
}
DRAWN = ("explain_images", "explain_tables", "blind_spot")  # there a scene is a drawn picture


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


def said() -> Iterator[tuple[str, str]]:
    """(where, text) of all that a visitor may read: words, labels, titles, helps."""
    for path in sorted((TEXT / "en" / "words").glob("*.toml")):
        for id, text in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield f"{path.stem}.{id}", text
    for path in sorted((TEXT / "en" / "scenes").glob("*.toml")):
        for scene in tomllib.loads(path.read_text(encoding="utf-8"))["scene"]:
            yield f"{path.stem}.{scene['id']}", f"{scene['title']}. {scene['see']}"
    for registry in all_families().values():
        for part in registry.values():
            yield f"label of {part.about.id}", part.about.label
            yield from titles(part)
    import_kinds()
    for kind in (*WORK.values(), View, OptimView, ActView):
        yield from titles(kind)


def titles(cls: type[Config]) -> Iterator[tuple[str, str]]:
    for name, field in cls.model_fields.items():
        if look := shown(field):
            yield f"{cls.__name__}.{name}", look.title
            for _, label in look.options:
                yield f"{cls.__name__}.{name}", label


@pytest.mark.parametrize("stops", STOPS)
def test_nothing_on_screen_stops_a_newcomer(stops: str) -> None:
    found = [
        f"{where}: {text[:80]!r}: {STOPS[stops]}"
        for where, text in said()
        if re.search(stops, text) and not where.startswith(DRAWN)
    ]
    assert not found, "\n".join(found)
