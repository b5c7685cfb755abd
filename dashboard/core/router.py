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
    group: str  # of the menu; each is shown once it holds a page
    order: int  # in hundreds by group: 100 Foundations, 200 Training, 300 Vision, 400 Sequences,
    # 500 Generate, 600 Explain, 700 Practice, 900 Runs
    summary: str
    imports: tuple[str, ...]  # modules, and the names taken from them, which may be modules

    @property
    def name(self) -> str:
        return self.path.stem


def find_pages(folder: Path = PAGES) -> tuple[PageInfo, ...]:
    """All pages, in menu order. Reads each file's `PAGE` literal, once, and runs nothing."""
    with _first:
        return _pages(folder)


def by_group(pages: Sequence[PageInfo]) -> dict[str, list[PageInfo]]:
    """Pages by group of the menu, both in order."""
    groups: dict[str, list[PageInfo]] = defaultdict(list)
    for page in pages:
        groups[page.group].append(page)
    return dict(groups)


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
