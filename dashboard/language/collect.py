"""Which sentences can a visitor read? All of them, collected from where they stand.

From the sentences with ids, scenes, pages, every setting and every member of a family, and from the
literals that code hands to `tr` and `said`.
"""

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

import dashboard
import engine
from dashboard.language.catalogue import ENGLISH, template
from engine.config import Config, Part, shown
from engine.paths import ROOT, TEXT
from engine.runs.work import Work


class Sentence(NamedTuple):
    """One sentence, and where it stands."""

    english: str
    where: str
    id: str = ""  # of a sentence that has one


def sentences() -> list[Sentence]:
    """Every sentence once, in the order of where it stands."""
    found = [Sentence(text, id.split(".")[0], id) for id, text in template().items()]
    found += [*_scenes(), *_literals(), *_declared()]
    seen: set[tuple[str, str]] = set()
    kept = []
    for one in found:
        if one.english.strip() and (one.id, one.english) not in seen:
            seen.add((one.id, one.english))
            kept.append(one)
    return kept


def _scenes() -> Iterator[Sentence]:
    for path in sorted((TEXT / ENGLISH / "scenes").glob("*.toml")):
        for scene in tomllib.loads(path.read_text(encoding="utf-8"))["scene"]:
            yield Sentence(scene["title"], f"scene {path.stem}/{scene['id']}")
            yield Sentence(scene["see"], f"scene {path.stem}/{scene['id']}")


def _literals() -> Iterator[Sentence]:
    """What code says by `tr("…")` and `said("…")`, and what pages say of themselves."""
    for room in ("engine", "dashboard", "pages"):
        for path in sorted((ROOT / room).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Name(id="tr" | "said"), args=[ast.Constant(value=str(text)), *_]
                    ):
                        yield Sentence(text, where)
                    case ast.Call(func=ast.Name(id="Registry"), args=[ast.Constant(value=text)]):
                        yield Sentence(str(text), where)  # what a family's members are
                    case ast.Assign(targets=[ast.Name(id="PAGE")], value=ast.Dict() as said):
                        page = ast.literal_eval(said)
                        yield from (Sentence(page[n], where) for n in ("title", "group", "summary"))


def _declared() -> Iterator[Sentence]:
    """What settings and members are called, and what helps with them."""
    for package in (engine, dashboard):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in ("dashboard.app", "dashboard.serve"):
                importlib.import_module(module.name)
    for config in _subclasses(Config):
        where = config.__module__
        if issubclass(config, Work) and hasattr(config, "kind"):
            yield Sentence(config.kind.replace("_", " "), where)
        if issubclass(config, Part) and hasattr(config, "about"):
            yield Sentence(config.about.label, where)
            yield Sentence(config.about.summary, where)
        for field in config.model_fields.values():
            if (look := shown(field)) is not None:
                for text in (look.title, look.help, look.unit, *dict(look.options).values()):
                    yield Sentence(text, where)


def _subclasses(of: type[Config]) -> Iterator[type[Config]]:
    for child in sorted(of.__subclasses__(), key=lambda c: (c.__module__, c.__qualname__)):
        if child.__module__.startswith(("engine.", "dashboard.")):
            yield child
        yield from _subclasses(child)
