"""Which section of the page is open? All of them in a row."""

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import KEPT
from dashboard.core.words import say
from dashboard.explain_images.view import SECTIONS, ImagesView


def section(view: ImagesView) -> None:
    """All sections as buttons: ten, which the plain control would fold into a menu."""
    key = "images_section"
    if st.session_state.get(key) != view.section:
        st.session_state[key] = view.section
    st.segmented_control(
        say("activations.section"),
        list(SECTIONS),
        format_func=SECTIONS.__getitem__,
        key=key,
        label_visibility="collapsed",
        required=True,
        on_change=lambda: link.write(ImagesView, view.with_("section", st.session_state[key])),
        **KEPT,
    )
