"""A menu of explanation methods for a field that holds several."""

import streamlit as st

from dashboard import link
from dashboard.controls import KEPT
from dashboard.images.view import ImagesView
from dashboard.words import say
from engine.explain.methods import METHODS


def choose(view: ImagesView, name: str) -> None:
    """The methods that the dotted field `name` of the view holds, at least one."""
    key, now = f"images_{name}", list(view.get(name))
    if st.session_state.get(key) != now:
        st.session_state[key] = now

    def chosen() -> None:
        if wanted := st.session_state[key]:
            link.write(ImagesView, view.with_(name, tuple(wanted)))
        else:
            link.note(say("images.one_method"))

    st.multiselect(
        say("images.methods"),
        list(METHODS),
        key=key,
        format_func=lambda id: METHODS[id].about.label,
        on_change=chosen,
        **KEPT,
    )
