"""A piece of work that takes seconds: start it, follow it, draw what is there, say where from."""

from collections.abc import Callable

import streamlit as st

from dashboard.lab.export import export, share
from dashboard.live import live
from dashboard.runtime import jobs, store
from dashboard.words import say
from engine.store import Run, Series
from engine.work import Work


def job(work: Work, draw: Callable[[Run, Series], None], what: str, *, auto: bool = False) -> None:
    """Show a piece of work from beginning to end.

    Args:
        work: what is computed.
        draw: draws what is known so far of a run, given its history.
        what: sentence that says how much work it is.
        auto: start it unasked, where it was never done: only for what takes seconds.
    """
    if auto and store().run(work.key) is None:
        jobs().submit(work)
    run = store().run(work.key)
    live(lambda: _step(work, draw, what), active=bool(run and run.active), every=0.6)


def _step(work: Work, draw: Callable[[Run, Series], None], what: str) -> bool:
    run = store().run(work.key)
    history = store().history(work.key) if run else {}
    _transport(work, run, history, what)
    if trouble := jobs().trouble.get(work.key) if run is None else run.message:
        st.warning(trouble, icon=":material/info:")
    if run is None:
        st.info(say("optim.not_yet", what=what))
        return False
    draw(run, history)
    with st.container(horizontal=True, vertical_alignment="center"):
        share(work)
        export(run)
        st.caption(
            say(
                "optim.honest",
                state=run.state,
                seconds=f"{run.seconds:.1f}",
                device=run.device or "–",
                key=run.key,
            ),
            width="stretch",
        )
    return run.active


def _transport(work: Work, run: Run | None, history: Series, what: str) -> None:
    """Start or stop, and how far it is."""
    with st.container(horizontal=True, vertical_alignment="center", key="optim_transport"):
        if run and run.active:
            st.button(
                say("optim.stop"),
                icon=":material/pause:",
                type="primary",
                key="optim_stop",
                on_click=lambda: jobs().stop(work.key, wait=1.0),
            )
            done = share_of(run, history)
            left = run.seconds * (1 - done) / done if done > 0.02 else None
            text = what if left is None else say("optim.left", what=what, left=f"{left:.0f}")
            st.progress(done, text)
            return
        if run is None or run.state != "done":
            st.button(
                say("optim.start" if run is None else "optim.resume"),
                icon=":material/play_arrow:",
                type="primary",
                key="optim_start",
                on_click=lambda: jobs().submit(work),
                shortcut="space",
            )
        else:
            st.button(
                say("optim.again"),
                icon=":material/replay:",
                key="optim_again",
                on_click=lambda: jobs().again(work),
            )
        st.caption(what, width="stretch")


def share_of(run: Run, history: Series) -> float:
    """How much is done, in [0, 1]: what the work says of itself, else its steps."""
    if "share" in history:
        return min(1.0, float(history["share"][1][-1]))
    return min(1.0, run.step / max(1, run.steps))
