"""What can be done with the runs that are ticked? Each act holds the keys that were on the screen.

A list of runs is made anew at every rerun, and other visitors change it: an act that looked for
its runs when it is pressed would find others than those that its button stood beside.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import streamlit as st

from dashboard.core.places import config_of, title_of
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say
from engine.runs.store import Run

PICKED = "runs_picked"  # keys of the runs that are ticked
DELETED = "runs_deleted"  # keys of those that were deleted last
AGAIN = ("paused", "stopped", "interrupted", "failed")  # states from which a run can go on


def pin(runs: Sequence[Run]) -> None:
    """Pin all, or unpin all where each of them is pinned."""
    to = not all(run.pinned for run in runs)
    _button("pin", "keep", runs, partial(_pin, to), "pin" if to else "unpin")


def stop(runs: Sequence[Run]) -> None:
    _button("stop", "stop", runs, _stop)


def resume(runs: Sequence[Run]) -> None:
    _button("resume", "play_arrow", runs, _resume)


def undo() -> None:
    """Brings back what was deleted last, while it can be."""
    there = [key for key in st.session_state.get(DELETED, ()) if key in store().binned()]
    if there:
        with st.container(horizontal=True, vertical_alignment="center", key="runs_undo_row"):
            st.caption(say("runs.deleted", count=len(there)), width="content")
            st.button(
                say("runs.undo"), icon=":material/undo:", key="runs_undo",
                on_click=_undo, args=(tuple(there),),
            )  # fmt: skip


def delete(runs: Sequence[Run]) -> None:
    """Names what would be gone and asks; pinned runs are kept."""
    free, kept = [r for r in runs if not r.pinned], [r for r in runs if r.pinned]
    with st.popover(say("runs.delete"), icon=":material/delete:"):
        if kept:
            st.markdown(say("runs.kept", count=len(kept)) + _named(kept))
        if free:
            st.markdown(say("runs.sure", count=len(free)) + _named(free))
            _button("delete", "delete", free, _delete, type="primary")


def note(runs: Sequence[Run]) -> None:
    """A box for the note of one run; several have notes of their own, which stay."""
    if len(runs) > 1:
        st.caption(say("runs.one_note"))
        return
    key = runs[0].key
    box = f"runs_note_{key}"
    st.text_input(
        say("runs.note"), runs[0].note, key=box, max_chars=300, on_change=_note, args=(key, box)
    )


def _button(
    name: str,
    icon: str,
    runs: Sequence[Run],
    act: Callable[[tuple[str, ...]], None],
    label: str = "",
    type: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button that acts on these runs, whatever the list is when it is pressed."""
    st.button(
        say(f"runs.{label or name}"),
        icon=f":material/{icon}:",
        key=f"runs_{name}",
        type=type,
        on_click=act,
        args=(_keys(runs),),
    )


def _keys(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(run.key for run in runs)


def _named(runs: Sequence[Run]) -> str:
    """A line a run that no two runs share."""
    lines = (
        f"- **{title_of(run)}**, {say(f'job.state_{run.state}')}, "
        f"{datetime.fromtimestamp(run.created, UTC):%Y-%m-%d %H:%M} UTC, `{run.key}`"
        for run in runs
    )
    return "\n\n" + "\n".join(lines)


def _pin(to: bool, keys: tuple[str, ...]) -> None:
    for key in keys:
        store().set(key, pinned=int(to))


def _stop(keys: tuple[str, ...]) -> None:
    for key in keys:
        jobs().stop(key, "stopped", wait=1.0)


def _resume(keys: tuple[str, ...]) -> None:
    for key in keys:
        run = store().run(key)
        if run and run.state in AGAIN and (config := config_of(run)):
            jobs().submit(config)


def _delete(keys: tuple[str, ...]) -> None:
    gone = []
    for key in keys:
        run = store().run(key)
        if run is None or run.pinned:  # gone, or pinned by somebody after the question
            continue
        jobs().delete(key)
        gone.append(key)
    st.session_state[PICKED] = ()
    st.session_state[DELETED] = tuple(gone)


def _undo(keys: tuple[str, ...]) -> None:
    for key in keys:
        store().restore(key)
    st.session_state[DELETED] = ()


def _note(key: str, box: str) -> None:
    store().set(key, note=st.session_state[box])
