"""How does a widget show what the link holds, and write what a person sets? One way for all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.core import link
from dashboard.core.apart import apart
from dashboard.language import say

# A browser that asks again before it has drawn a widget is told its value again. Else it would draw
# the widget's own default, the lowest value, and report that as a change.
STAYS: dict[str, Any] = {"persist_state": "session"}


def held(
    widget: Callable[..., Any],
    key: str,
    label: str,
    value: Any,
    change: Callable[[Any], None],
    *options: Any,
    **more: Any,
) -> None:
    """Draw a widget that shows `value`, whatever it showed before.

    Args:
        widget: of Streamlit.
        key: of the widget.
        label: in the visitor's language.
        value: what the link says.
        change: is called with what a person sets.
        options: what the widget takes after its label.
        more: what else it takes.
    """
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    widget(
        label, *options, key=key, on_change=lambda: change(st.session_state[key]), **STAYS, **more
    )


def one(
    key: str,
    label: str,
    labels: Mapping[Any, str],
    value: Any,
    change: Callable[[Any], None],
    **more: Any,
) -> None:
    """A menu. A browser may ask for the label of a choice that is gone: it is a dash."""
    held(st.selectbox, key, label, value, change, list(labels), **_named(labels), **more)


def several(
    key: str,
    label: str,
    labels: Mapping[Any, str],
    values: Sequence[Any],
    change: Callable[[tuple[Any, ...]], None],
    *,
    least: int = 1,
    **more: Any,
) -> None:
    """A menu of which more than one can be chosen.

    Args:
        least: fewer are refused with a sentence, and the link stays as it is.
    """

    def chosen(found: list[Any]) -> None:
        if len(found) < least:
            link.note(say("controls.least"))
        else:
            change(tuple(found))

    now = [choice for choice in values if choice in labels]
    more.setdefault("placeholder", say("controls.choose"))
    held(st.multiselect, key, label, now, chosen, list(labels), **_named(labels), **more)


def _named(labels: Mapping[Any, str]) -> dict[str, Any]:
    names = apart(labels)
    return {"format_func": lambda choice: names.get(choice, "–")}
