"""Which part of the page follows a slider by itself? One that nothing else on the page follows.

A widget inside redraws this part and nothing else: neither the sidebar nor the lesson is computed,
sent and laid out again, which takes as long as the picture that one waits for.
"""

from collections.abc import Callable

import streamlit as st

from dashboard.core import link
from dashboard.explain_tables.view import TablesView

PAGE = "explain_tables"


def alone(view: TablesView, names: tuple[str, ...], draw: Callable[[TablesView], None]) -> None:
    """Draw a part now, and it alone again while nothing but some settings changes.

    Args:
        view: what the page shows.
        names: settings whose widgets are inside, and which nothing outside shows.
        draw: draws the part of a view.
    """
    asked = _linked()
    outside = [name for name in TablesView.model_fields if name not in names]
    scene = st.session_state.get(f"{PAGE}_scene")

    @st.fragment
    def part() -> None:
        link.settle()
        now = _linked()
        moved = now != asked
        if any(getattr(now, name) != getattr(asked, name) for name in outside):
            st.rerun()  # more has changed than what is inside
        if moved and scene:
            st.rerun()  # once: it is no longer the scene that the menu names
        if moved:
            link.remember(PAGE, {})
        draw(view.model_copy(update={name: getattr(now, name) for name in names}))

    part()


def _linked() -> TablesView:
    """What the link says, as it says it; its problems were told when the page was drawn."""
    return TablesView.read(st.query_params.to_dict())[0]
