"""What can be done with the runs that are ticked? Each act holds the keys that were on the screen.

A list of runs is made anew at every rerun, and other visitors change it: an act that looked for
its runs when it is pressed would find others than those that its button stood beside.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from dashboard.core.places import config_of, title_of
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say
from engine.runs.store import Run

PICKED = "runs_picked"  # keys of the runs that are ticked
AGAIN = ("paused", "stopped", "interrupted", "failed")  # states from which a run can go on


def pin(runs: Sequence[Run]) -> None:
    """Pin all, or unpin all where each of them is pinned."""
    to = not all(run.pinned for run in runs)
    st.button(
        say("runs.pin" if to else "runs.unpin"),
        icon=":material/keep:",
        key="runs_pin",
        on_click=_pin,
        args=(_keys(runs), to),
    )


def stop(runs: Sequence[Run]) -> None:
    st.button(
        say("runs.stop"),
        icon=":material/stop:",
        key="runs_stop",
        on_click=_stop,
        args=(_keys(runs),),
    )


def resume(runs: Sequence[Run]) -> None:
    st.button(
        say("runs.resume"),
        icon=":material/play_arrow:",
        key="runs_resume",
        on_click=_resume,
        args=(_keys(runs),),
    )


def delete(runs: Sequence[Run]) -> None:
    """Names what would be gone and asks; pinned runs are kept."""
    free, kept = [r for r in runs if not r.pinned], [r for r in runs if r.pinned]
    with st.popover(say("runs.delete"), icon=":material/delete:"):
        if kept:
            st.markdown(say("runs.kept", count=len(kept)) + _named(kept))
        if free:
            st.markdown(say("runs.sure", count=len(free)) + _named(free))
            st.button(
                say("runs.delete"),
                key="runs_delete",
                type="primary",
                on_click=_delete,
                args=(_keys(free),),
            )


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


def _pin(keys: tuple[str, ...], to: bool) -> None:
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
    for key in keys:
        run = store().run(key)
        if run is None or run.pinned:  # gone, or pinned by somebody after the question
            continue
        jobs().delete(key)
    st.session_state[PICKED] = ()


def _note(key: str, box: str) -> None:
    store().set(key, note=st.session_state[box])
