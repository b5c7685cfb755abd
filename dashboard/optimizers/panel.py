"""A piece of work of this page from beginning to end: its row, what it draws, and its foot."""

from collections.abc import Callable

import streamlit as st

from dashboard.core import job as row
from dashboard.core.live import live
from dashboard.core.runtime import store
from dashboard.core.words import say
from engine.runs.store import Run, Series
from engine.runs.work import Work


def job(work: Work, draw: Callable[[Run, Series], None], what: str, *, auto: bool = False) -> None:
    """Show it and follow it.

    Args:
        work: what is computed.
        draw: draws what is known so far of a run, given its history.
        what: sentence that says how much work it is.
        auto: start it unasked, where it was never done: only for what takes seconds.
    """
    row.by_itself(work, auto)
    live(lambda: _step(work, draw, what), active=row.active(work), every=0.6)


def _step(work: Work, draw: Callable[[Run, Series], None], what: str) -> bool:
    known = store().run(work.key)
    history = store().history(work.key) if known else {}
    share = float(history["share"][1][-1]) if "share" in history else None  # of its own account
    run = row.bar(work, "optim_job", say("optimizers.start"), what=what, share=share)
    if run is None:
        st.info(say("optimizers.not_yet"))
        return False
    draw(run, history)
    row.foot(work, run, getattr(work, "seed", None))
    return run.active
