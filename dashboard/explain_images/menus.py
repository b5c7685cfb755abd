"""A menu whose choices are known only when the page is drawn: networks, layers, classes, data."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import streamlit as st

from dashboard.core import link
from dashboard.core.apart import apart
from dashboard.core.controls import KEPT
from dashboard.explain_images.view import ImagesView
from dashboard.language import tr
from engine.config import Knob, shown


def pick(
    view: ImagesView, name: str, labels: Mapping[Any, str], value: Any, title: str = ""
) -> None:
    """A menu for one field of the view.

    Args:
        name: of the field, dotted.
        labels: its possible values and what to call them.
        value: the one in use.
        title: above the menu, of a field that is no knob.
    """
    field = view.knobs().get(name)
    look = (field and shown(field)) or Knob(title=title)
    labels = apart(labels)
    told = crc32("|".join(labels.values()).encode())
    key = f"images_{name}_{told:08x}"  # a browser keeps the old words of a menu of the same key
    if st.session_state.get(key) != value:
        st.session_state[key] = value

    def chosen() -> None:
        link.write(ImagesView, view.with_(name, st.session_state[key]))

    st.selectbox(
        tr(look.title),
        list(labels),
        key=key,
        format_func=labels.__getitem__,
        help=tr(look.help) or None,
        on_change=chosen,
        **KEPT,
    )
