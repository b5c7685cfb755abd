"""Which settings does a link point at? By their names: `highlight=a~b` brings them to the front of
their group with a frame around them, `hide=c~d` leaves them out. What is shown does not change."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import streamlit as st

from dashboard.core import link
from dashboard.core.words import say

HIDE, HIGHLIGHT = "hide", "highlight"
_SEEN = "_knobs_seen"  # names of the settings that this run of the page has come by


def named(which: str) -> list[str]:
    """Names that the link lists."""
    return [name for name in st.query_params.get(which, "").split("~") if name]


def begin() -> None:
    """A page begins: nothing is known of it yet."""
    st.session_state[_SEEN], st.session_state[link.SETTINGS] = set(), set()


def hidden(name: str) -> bool:
    """Whether the link leaves a setting out; the setting is known from now on."""
    st.session_state.setdefault(_SEEN, set()).add(name)
    return name in named(HIDE)


def front(names: list[str]) -> list[str]:
    """The same names, those that the link highlights first."""
    lit = named(HIGHLIGHT)
    return sorted(names, key=lambda name: name not in lit)


@contextmanager
def frame(name: str) -> Iterator[None]:
    """Around a setting that the link highlights; nothing around any other."""
    if name not in named(HIGHLIGHT):
        yield
        return
    with st.container(key=f"highlight_{name}"):
        yield


def end() -> None:
    """A page is drawn: say what the link names and the page has not, and what it hides."""
    seen, known = st.session_state[_SEEN], st.session_state[link.SETTINGS]
    for which in (HIDE, HIGHLIGHT):
        strange = [name for name in named(which) if known and name not in known | seen]
        if strange:
            close = get_close_matches(strange[0], known, n=1)
            hint = say("shell.did_you_mean", name=close[0]) if close else ""
            names = ", ".join(name[:40] for name in strange[:3])
            link.note(say(f"shell.no_{which}", names=names, hint=hint))
    left_out = seen & set(named(HIDE))
    if left_out:
        with st.sidebar:
            key = "shell.all_hidden" if left_out == seen else "shell.some_hidden"
            st.caption(say(key, n=len(left_out)))
            st.button(say("shell.show_all"), icon=":material/visibility:", key="show_all",
                      on_click=_show_all)  # fmt: skip


def _show_all() -> None:
    items = st.query_params.to_dict()
    link.put({name: value for name, value in items.items() if name != HIDE})
