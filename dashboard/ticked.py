"""Which rows are ticked in a table that is made anew while it is looked at? Those of these keys.

A browser tells the numbers of rows. A number means something only in the list that was shown, so
every list gets a table of its own, and what is kept from one to the next is the keys.
"""

from collections.abc import Callable, Sequence

import streamlit as st


def ticked(name: str) -> list[str]:
    """Keys of the ticked rows of the table of that name."""
    return list(st.session_state.get(f"{name}_ticked", ()))


def untick(name: str) -> None:
    """Nothing is ticked any more."""
    _keep(name, [])
    _renew(name)


def table(name: str, keys: Sequence[str]) -> tuple[str, Callable[[], None]]:
    """The widget's key and its `on_select`, for a table whose rows stand for these keys.

    What was ticked stays ticked wherever it stands now; what is not listed is ticked no more.
    """
    keys = list(keys)
    number, listed = st.session_state.get(f"{name}_listed", (0, None))
    if listed != keys:
        number += 1
        st.session_state[f"{name}_listed"] = number, keys
        _keep(name, [key for key in ticked(name) if key in keys])
    widget = f"{name}_rows_{number}"
    if widget not in st.session_state:
        rows = [keys.index(key) for key in ticked(name)]
        st.session_state[widget] = {"selection": {"rows": rows, "columns": [], "cells": []}}

    def chosen() -> None:
        if event := st.session_state.get(widget):
            rows = event["selection"]["rows"]
            _keep(name, [keys[row] for row in rows if row < len(keys)])
        if st.session_state[f"{name}_listed"][0] != number:  # a click on a list that is gone
            _renew(name)

    return widget, chosen


def _keep(name: str, keys: list[str]) -> None:
    st.session_state[f"{name}_ticked"] = keys


def _renew(name: str) -> None:
    """The next table shows what is kept, whatever the browser has ticked."""
    number, _ = st.session_state.get(f"{name}_listed", (0, None))
    st.session_state[f"{name}_listed"] = number, None
