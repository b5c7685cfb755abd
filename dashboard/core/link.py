"""What does the address bar hold? Every setting of a page, and nothing else.

The link is the truth: a page reads its configs from it, widgets write to it, and so a reload, a
bookmark or a copied link shows the same thing. Values are ids and numbers; nothing is evaluated.
"""

import time
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    RunLocation,
    ThreadState,
    get_script_run_ctx,
)

from engine.config import Config

C = TypeVar("C", bound=Config)
SETTLES = 12.0  # seconds after which a busy browser has heard of a changed address
# Of every page's link, and of no config.
SHARED = ("embed", "section", "lang", "hide", "highlight", "ask")
VISITOR = ("embed", "lang")  # who looks, and how: not what is shown
ASIDE = (*VISITOR, "ask")  # and whether somebody is to guess first
SETTINGS = "_settings"  # names of all that this page has
STILL = 3.0  # the same where nothing polls: whoever goes back later than that means it


def read(cls: type[C], *, ignore: tuple[type[Config], ...] = (), only: bool = False) -> C:
    """The config of this class that the link describes; what it refuses is noted, for `notes`.

    Args:
        cls: what to read.
        ignore: other configs of the page; their settings are not this one's to refuse.
        only: look at this config's own settings alone; another one of the page refuses the rest.
    """
    others = {name for other in ignore for name in other.model_fields}
    items = {
        name: value
        for name, value in st.query_params.to_dict().items()
        if name.split(".")[0] not in others
        and name not in SHARED
        and (not only or name.split(".")[0] in cls.model_fields)
    }
    config, problems = cls.read(items)
    for problem in problems:
        note(problem)
    st.session_state.setdefault(SETTINGS, set()).update(config.knobs())
    return config


def write(cls: type[Config], config: Config) -> None:
    """Put a config into the link, leaving the settings of other configs as they are."""
    put(written(cls, config))


def written(cls: type[Config], config: Config) -> dict[str, str]:
    """What the link says once a config is put into it."""
    kept = {
        name: value
        for name, value in st.query_params.to_dict().items()
        if name.split(".")[0] not in cls.model_fields
    }
    return kept | config.flat()


def put(items: dict[str, str]) -> None:
    """Change the address, from a widget's callback.

    The browser learns of it a moment later, and until then asks with the old one: see `settle`.
    """
    if stale():
        return
    now = st.query_params.to_dict()
    _, after, old = st.session_state.get("link_put", (0.0, now, []))
    st.session_state["link_put"] = (time.monotonic(), items, [*old[-20:], now, after])
    st.query_params.from_dict(items)


def own() -> dict[str, str]:
    """What the link says of what is shown, whoever looks."""
    return {k: v for k, v in st.query_params.to_dict().items() if k not in ASIDE}


def replace(items: dict[str, str]) -> None:
    """Show something else to the same visitor, from a widget's callback."""
    put(items | {k: v for k, v in st.query_params.to_dict().items() if k in VISITOR})


def today() -> None:
    """Show what this version computes, from a widget's callback: its link names no revision."""
    items = st.query_params.to_dict().items()
    put({name: value for name, value in items if name.rpartition(".")[2] != "revision"})


def stale() -> bool:
    """Whether this callback reports a change that nobody made.

    A panel's poll carries the values of all widgets. One that the server has just changed, to
    follow the link, is still the old one there, which looks like a change back. What a person
    changes outside a panel runs the whole page.
    """
    now = ThreadState.get()
    return polled() and now.run_location is RunLocation.CALLBACK and now.fragment_id is None


def polled() -> bool:
    """Whether a panel alone runs, by its timer or by a widget in it, and not the whole page."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)


def travelled() -> bool:
    """Whether somebody went back or forward in the browser: the address is the one they mean."""
    context = get_script_run_ctx()
    return bool(context and context.is_history_navigation)


def settle() -> None:
    """Keep an address that was just changed although the browser still asks with the old one.

    A page that polls has requests on their way while its address changes; on a busy machine for
    seconds. The old address that they carry would undo the change. Whoever goes back asks with an
    old address, too, and means it: the browser says which it is.
    """
    when, after, old = st.session_state.get("link_put", (0.0, None, []))
    now, clock = st.query_params.to_dict(), time.monotonic()
    if travelled():
        st.session_state["link_put"] = (clock, now, [*old[-20:], after] if after else [])
        return
    if polled():
        st.session_state["link_polled"] = clock
    polls = clock - st.session_state.get("link_polled", -SETTLES) < SETTLES
    if now != after and now in old and clock - when < (SETTLES if polls else STILL):
        st.query_params.from_dict(after)


def note(sentence: str) -> None:
    """Remember a sentence to be shown once, at the top of the page."""
    notes: list[str] = st.session_state.setdefault("notes", [])
    if sentence not in notes:
        notes.append(sentence)


def notes() -> list[str]:
    """The sentences noted since the last call."""
    found: list[str] = st.session_state.get("notes", [])
    st.session_state["notes"] = []
    return found


def remember(page: str, opening: dict[str, str]) -> None:
    """On arriving at a page without a link, restore the one it had when it was left.

    Args:
        page: name.
        opening: what is shown to somebody who comes for the first time.
    """
    arrived = st.session_state.get("page") != page
    links: dict[str, dict[str, Any]] = st.session_state.setdefault("links", {})
    if arrived and not own():
        st.query_params.from_dict(st.query_params.to_dict() | links.get(page, opening))
    st.session_state["page"] = page
    links[page] = own()
