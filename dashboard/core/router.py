"""Which pages are there? One file each in `pages/`; adding a page is adding a file."""

import ast
import threading
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from engine.paths import ROOT

PAGES = ROOT / "pages"
_first = threading.Lock()  # Python 3.11 loses count when two threads parse at once


class PageInfo(NamedTuple):
    """What a page says of itself, in its `PAGE` literal."""

    path: Path
    title: str
    icon: str
    section: str
    order: int
    summary: str
    imports: tuple[str, ...]  # modules, and the names taken from them, which may be modules

    @property
    def name(self) -> str:
        return self.path.stem


def find_pages(folder: Path = PAGES) -> tuple[PageInfo, ...]:
    """All pages, in menu order. Reads each file's `PAGE` literal, once, and runs nothing."""
    with _first:
        return _pages(folder)


def by_section(pages: Sequence[PageInfo]) -> dict[str, list[PageInfo]]:
    sections: dict[str, list[PageInfo]] = defaultdict(list)
    for page in pages:
        sections[page.section].append(page)
    return dict(sections)


@cache
def _pages(folder: Path) -> tuple[PageInfo, ...]:
    return tuple(sorted(map(_read, folder.glob("*.py")), key=lambda page: page.order))


def _read(path: Path) -> PageInfo:
    said, imports = None, []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="PAGE")], value=value):
                said = ast.literal_eval(value)
            case ast.ImportFrom(module=str(module), names=names):
                imports += [module, *(f"{module}.{alias.name}" for alias in names)]
    if said is None:
        raise ValueError(f"{path.name} has no PAGE = {{...}} literal")
    return PageInfo(path, **said, imports=tuple(imports))
