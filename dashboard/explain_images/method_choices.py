"""A menu of explanation methods for a field that holds several."""

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import KEPT
from dashboard.core.words import say, tr
from dashboard.explain_images.view import ImagesView
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
            link.note(say("explain_images.one_method"))

    st.multiselect(
        say("explain_images.methods"),
        list(METHODS),
        key=key,
        format_func=lambda id: tr(METHODS[id].about.label),
        on_change=chosen,
        **KEPT,
    )
