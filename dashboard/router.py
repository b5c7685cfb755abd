"""Which pages are there? One file each in `pages/`; adding a page is adding a file."""

import ast
import threading
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

PAGES = Path(__file__).resolve().parents[1] / "pages"
_first = threading.Lock()  # `ast.parse` in several threads at once fails in Python 3.11


class PageInfo(NamedTuple):
    """What a page says of itself, in its `PAGE` literal."""

    path: Path
    title: str
    icon: str
    section: str
    order: int
    summary: str

    @property
    def name(self) -> str:
        return self.path.stem


def find_pages(folder: Path = PAGES) -> tuple[PageInfo, ...]:
    """All pages, in menu order. Reads each file's `PAGE` literal, once, and runs nothing."""
    with _first:
        return _pages(folder)


@cache
def _pages(folder: Path) -> tuple[PageInfo, ...]:
    return tuple(sorted(map(_read, folder.glob("*.py")), key=lambda page: page.order))


def by_section(pages: Iterable[PageInfo]) -> dict[str, list[PageInfo]]:
    sections: dict[str, list[PageInfo]] = defaultdict(list)
    for page in pages:
        sections[page.section].append(page)
    return dict(sections)


def _read(path: Path) -> PageInfo:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="PAGE")], value=value):
                return PageInfo(path, **ast.literal_eval(value))
    raise ValueError(f"{path.name} has no PAGE = {{...}} literal")
