"""Where is that? Sections, scenes and settings of every page, found by what they say."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from dashboard.core.lessons import load
from dashboard.core.router import PageInfo, find_pages
from dashboard.core.scenes import scenes
from dashboard.core.sections import at, sections_of
from dashboard.core.words import language, say, tr

MOST = 8  # results that are shown
_WORD = re.compile(r"[^\W_]+")


class Entry(NamedTuple):
    """One picture that a link opens."""

    path: Path  # of its page
    icon: str
    page: str  # its page's title
    title: str
    text: str  # what is said of it
    link: dict[str, str]


@cache
def entries(language: str) -> tuple[Entry, ...]:
    """Everything that can be found, in the visitor's language."""
    return tuple(entry for info in find_pages() for entry in _of(info, language))


def _of(info: PageInfo, language: str) -> Iterator[Entry]:
    page, lessons = tr(info.title), load(info.name, language)
    yield Entry(info.path, info.icon, page, page, tr(info.summary), {})
    for id, section in sections_of(info.name).items():
        link = at(info.name, id, {})
        yield Entry(info.path, info.icon, page, section.title, lessons.get(id, ""), link)
    if not sections_of(info.name):
        for text in lessons.values():
            title = text.splitlines()[0].lstrip("# ")
            yield Entry(info.path, info.icon, page, title, text, {})
    for scene in scenes(info.name):
        yield Entry(info.path, info.icon, page, tr(scene.title), tr(scene.see), scene.settings)


def words_of(text: str) -> list[str]:
    """The words of a text, whatever their case: "Grad-CAM" is "grad", "cam"."""
    return _WORD.findall(text.casefold())


def search(text: str, language: str) -> list[Entry]:
    """The entries that have all words of a text, the best first: titles weigh more than texts."""
    wanted = words_of(text)
    if not wanted:
        return []

    def score(entry: Entry) -> float:
        title, page, rest = map(words_of, (entry.title, entry.page, entry.text))
        total = 0.0
        for word in wanted:
            if any(other.startswith(word) for other in title):
                total += 4
            elif any(other.startswith(word) for other in page):
                total += 2
            elif any(other.startswith(word) for other in rest):
                total += 1
            else:
                return 0.0
        return total + 1 / (1 + len(title))  # of equals the one that says little else

    found = [(score(entry), entry) for entry in entries(language)]
    best = sorted((one for one in found if one[0]), key=lambda one: -one[0])
    return [entry for _, entry in best[:MOST]]


def search_box() -> None:
    """A box to type into, and what was found as links."""
    text = st.text_input(
        say("home.search"),
        key="home_search",
        placeholder=say("home.search_example"),
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=80,
    )
    if not text.strip():
        return
    found = search(text, language())
    if not found:
        st.caption(say("home.nothing", text=text.strip()))
    for entry in found:
        label = entry.title if entry.title == entry.page else f"{entry.page} · {entry.title}"
        st.page_link(entry.path, label=label, icon=entry.icon, query_params=entry.link)
