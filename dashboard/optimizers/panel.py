"""A piece of work of this page from beginning to end."""

from collections.abc import Callable

from dashboard.core import job as core
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
    core.panel(
        work,
        "optim_job",
        say("optimizers.start"),
        lambda run: draw(run, store().history(work.key)),
        empty=say("optimizers.not_yet"),
        what=what,
        share=lambda: core.share_of(work),
        alone=auto,
    )
