"""Which language does the visitor read? The one of the link, else the one chosen in the menu."""

import streamlit as st

from dashboard.core import link
from dashboard.core.choices import one
from dashboard.language import ENGLISH, current, languages, reason, say, speak_by, tr

__all__ = ["language", "language_menu", "reason", "say", "tr"]

NAME = "lang"  # in links, and the widget's key


def language() -> str:
    """The code of the visitor's language: "en", "he", …"""
    return str(st.session_state.get("language", ENGLISH))


speak_by(language)


def settle() -> None:
    """Follow the language that the link asks for; an unknown one is told, and English used."""
    wanted = st.query_params.get(NAME)
    if wanted is None or wanted == language():
        return
    if wanted in languages():
        st.session_state["language"] = wanted
    else:
        link.note(say("shell.no_language", wanted=wanted[:20], known=", ".join(languages())))


def language_menu() -> None:
    """A menu of languages, where there is more than one."""
    found = languages()
    if len(found) < 2:
        return

    def chosen(code: str) -> None:
        st.session_state["language"] = code
        items = {k: v for k, v in st.query_params.to_dict().items() if k != NAME}
        link.put(items if language() == ENGLISH else {**items, NAME: language()})

    one(
        NAME,
        say("shell.language"),
        {code: catalogue.name for code, catalogue in found.items()},
        language(),
        chosen,
        label_visibility="collapsed",
        width=140,
    )


def right_to_left() -> bool:
    return current().rtl
