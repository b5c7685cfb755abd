"""Which sections has a page? A file each in the page's room: adding one is adding a file.

A section is a module of `dashboard/<page>` with

    ORDER   its place in the row
    show    draws it, of the page's view
    knobs   draws its settings in the sidebar, of the page's view

and, where they are needed,

    ID      its name in links, for ever, where that is not the module's own name
    BARE    True in the section that a link without one means, for ever
    ASKS    questions that scenes ask before the picture is shown, see `ask`
    OPENS   kind of work -> what its link says, to open on such a run: the prefix of its settings
            there, or a function from the work to the link's settings

Its name on screen is the sentence `<page>.section_<id>`.
"""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import streamlit as st

from dashboard.core import ask, link
from dashboard.core.choices import held
from dashboard.core.missing import missing
from dashboard.core.words import say
from engine.config import Config
from engine.data import DataError
from engine.runs.work import Work

NAME = "section"  # of the setting in links


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a page."""

    page: str
    id: str
    module: ModuleType

    @property
    def title(self) -> str:
        return say(f"{self.page}.section_{self.id}")

    def knobs(self, view: Any) -> None:
        self.module.knobs(view)

    def show(self, view: Any) -> None:
        """Draw it; where its data are missing, say so and offer them."""
        try:
            if not ask.before(self.page, self.module, view):
                self.module.show(view)
        except DataError as error:
            missing(error)


@cache
def modules_of(page: str) -> tuple[ModuleType, ...]:
    """Every module of a page's room; none where it has no room."""
    try:
        room = import_module(f"dashboard.{page}")
    except ModuleNotFoundError:
        return ()
    names = [info.name for info in pkgutil.iter_modules(room.__path__) if not info.ispkg]
    return tuple(import_module(f"dashboard.{page}.{name}") for name in names)


@cache
def sections_of(page: str) -> dict[str, Section]:
    """The sections of a page by id, in their order."""
    found = sorted(
        (module for module in modules_of(page) if hasattr(module, "ORDER")),
        key=lambda module: module.ORDER,
    )
    ids = [getattr(module, "ID", module.__name__.rpartition(".")[2]) for module in found]
    return {id: Section(page, id, m) for id, m in zip(ids, found, strict=True)}


@cache
def bare(page: str) -> str:
    """The section that a link without one means."""
    found = sections_of(page)
    named = [id for id, section in found.items() if getattr(section.module, "BARE", False)]
    return named[0] if named else next(iter(found))


def current(page: str) -> Section:
    """The section that the link asks for; the bare one where it asks for none that exists."""
    found = sections_of(page)
    wanted = st.query_params.get(NAME, "") or bare(page)
    return found.get(wanted) or found[bare(page)]


def choose(page: str) -> Section:
    """The row of sections; the one that is open."""
    found = sections_of(page)
    wanted = st.query_params.get(NAME, "")
    if wanted and wanted not in found:
        link.note(_unknown(wanted, found, bare(page)))
    now = current(page)
    held(
        st.segmented_control,
        f"{page}_section",
        say("shell.section"),
        now.id,
        lambda id: link.put(at(page, id, st.query_params.to_dict())),
        list(found),
        format_func=lambda id: found[id].title,
        label_visibility="collapsed",
        required=True,
    )
    return now


def at(page: str, id: str, settings: dict[str, str]) -> dict[str, str]:
    """A link's settings, on another section of the page."""
    rest = {name: value for name, value in settings.items() if name != NAME}
    return rest if id == bare(page) else {NAME: id} | rest


def go(page: str, id: str, view: Config) -> None:
    """Open another section, with the settings of a view."""
    link.put(at(page, id, link.written(type(view), view)))


def opening(page: str, kind: type[Work]) -> Iterator[tuple[str, Any]]:
    """Where a page shows a kind of work: the section, "" for the page itself, and its `OPENS`."""
    ids = {section.module: id for id, section in sections_of(page).items()}
    for module in modules_of(page):
        if kind in (opens := getattr(module, "OPENS", {})):
            yield ids.get(module, ""), opens[kind]


def _unknown(wanted: str, found: dict[str, Section], used: str) -> str:
    close = get_close_matches(wanted, list(found), n=1)
    return say(
        "shell.no_section",
        wanted=wanted[:40],
        hint=say("shell.did_you_mean", name=close[0]) if close else "",
        used=found[used].title,
    )
