"""How does a page follow what a job does? One fragment, run again while it moves: the only place
that polls.
"""

from collections.abc import Callable

import streamlit as st

from dashboard.core import link

FIRST = 2.5  # seconds until the first poll of a browser, which has 5 MB of Plotly to load before
_LOADED = "live_loaded"
IDLE = 5.0  # seconds between two looks of a page on which nothing moves


def live(draw: Callable[[], bool], *, active: bool, every: float = 0.5) -> None:
    """Draw a part now, and again every so often while something moves.

    Args:
        draw: draws the part; returns whether something still moves.
        active: whether something moves now.
        every: seconds between two drawings.
    """
    asked = st.query_params.to_dict()
    loaded = _LOADED in st.session_state
    pause = every if loaded else max(every, FIRST)

    @st.fragment(run_every=pause if active else None)
    def panel() -> None:
        link.settle()
        if not loaded and link.polled():
            st.session_state[_LOADED] = True
            st.rerun()  # one full run, from which on it polls at full speed
        if st.query_params.to_dict() != asked:
            st.rerun()  # a button in here changed the link: `draw` is of the old one
        if draw() != active:
            st.rerun()  # one full run, which comes back here with polling switched

    panel()


def watch(state: Callable[[], object]) -> None:
    """Draw the page again once `state` is another: what was begun, or removed, in another tab."""
    before = state()

    @st.fragment(run_every=IDLE)
    def look() -> None:
        if state() != before:
            st.rerun()

    look()
