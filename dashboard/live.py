"""How does a part of a page follow what is going on? The only place that polls."""

from collections.abc import Callable

import streamlit as st

from dashboard import link


def live(draw: Callable[[], bool], *, active: bool, every: float = 0.5) -> None:
    """Draw a part now, and again every so often while something moves.

    Args:
        draw: draws the part; returns whether something still moves.
        active: whether something moves now.
        every: seconds between two drawings.
    """
    asked = st.query_params.to_dict()

    @st.fragment(run_every=every if active else None)
    def panel() -> None:
        link.settle()
        if st.query_params.to_dict() != asked:
            st.rerun()  # a button in here changed the link: `draw` is of the old one
        if draw() != active:
            st.rerun()  # one full run, which comes back here with polling switched

    panel()
