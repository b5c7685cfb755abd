"""How is a piece of work started, paused, followed and said where from? Everywhere the same."""

import time
from collections.abc import Callable

import streamlit as st

from dashboard.core import doubts, export, link
from dashboard.core.live import live, watch
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say, tr
from engine.runs.jobs import TURN
from engine.runs.shipped import put_shipped
from engine.runs.store import Run
from engine.runs.work import Work

SOON = 0.02  # below this share the time left is not worth telling


def by_itself(config: Work, at_defaults: bool) -> None:
    """Start it at the first sight of the default setting: a section opens on a result."""
    if at_defaults and store().run(config.key) is None:
        jobs().submit(config)


def moment(run: Run) -> str:
    """What changes whenever more is known of a run: the key of what was drawn from it."""
    return f"{run.state}/{run.step}/{run.seconds}"


def active(config: Work) -> bool:
    run = store().run(config.key)
    return bool(run and run.active)


def outdated(config: Work, name: str) -> bool:
    """Whether this is work of an earlier revision; says so, and offers what is computed today."""
    if not config.outdated:
        return False
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}_row"):
        st.button(
            say("job.today"), icon=":material/update:", key=f"{name}_today", on_click=link.today
        )
        said = say("job.outdated", revision=config.revision, latest=config.latest())
        st.caption(f":material/history: {said}", width="stretch")
    return True


def panel(
    config: Work,
    name: str,
    start: str,
    draw: Callable[[Run], bool | None],
    *,
    empty: str,
    again: str = "job.again",
    what: str = "",
    share: Callable[[], float | None] | None = None,
    alone: bool = False,
    every: float = 0.7,
    when: str = "job.computed",
    below: Callable[[Run | None], None] | None = None,
) -> None:
    """A piece of work from beginning to end: its row, what is known of it as it grows, its foot.

    Args:
        config: what is computed; a result that comes with the app is there at once.
        name: prefix of the widgets' keys.
        start: label of the button that starts it.
        draw: draws what is known of a run; False: nothing is yet.
        empty: what is said in place of it.
        again: id of the label of the button that starts it once more.
        what: sentence that says how much work it is.
        share: of the work that is done; None: of its steps.
        alone: start it by itself where it was never done: only for what takes seconds.
        every: seconds between two drawings while it moves.
        when: see `foot`.
        below: draws what stands at the end, given the run where something is known of it; None:
            draws where the numbers come from.
    """
    put_shipped(store(), config)
    by_itself(config, alone)

    def step() -> bool:
        run = bar(config, name, start, again, what=what, share=share() if share else None)
        drawn = run is not None and draw(run) is not False
        if not drawn:
            st.info(empty)
        if drawn or below:
            below(run if drawn else None) if below else foot(
                config, run, getattr(config, "seed", None), when
            )
        return bool(run and run.active)

    live(step, active=active(config), every=every)


def bar(
    config: Work,
    name: str,
    start: str,
    again: str = "job.again",
    *,
    what: str = "",
    share: float | None = None,
    more: Callable[[], None] | None = None,
) -> Run | None:
    """The row of buttons with the progress; and one sentence where something is wrong.

    Args:
        config: what is computed.
        name: prefix of the widgets' keys.
        start: label of the button that starts it.
        again: id of the label of the button that starts it once more.
        what: sentence that says how much work it is.
        share: of the work that is done; None: of its steps.
        more: draws what else stands in the row once it is done.
    """
    run = store().run(config.key)
    if outdated(config, name):
        return run
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}_row"):
        if run and run.active:
            st.button(
                say("job.pause"),
                icon=":material/pause:",
                type="primary",
                key=f"{name}_pause",
                on_click=lambda: jobs().stop(config.key, wait=1.0),
                shortcut="space",
            )
            progress(run, what, share)
        elif run and run.state in ("done", "diverged"):
            st.button(
                say(again),
                icon=":material/restart_alt:",
                key=f"{name}_again",
                on_click=lambda: jobs().again(config),
                help=say("job.again_help"),
            )
            if more and run.state == "done":
                more()
        else:
            st.button(
                say("job.resume") if run and run.step else start,
                icon=":material/play_arrow:",
                type="primary",
                key=f"{name}_start",
                on_click=lambda: jobs().submit(config),
                shortcut="space",
            )
        if what and not (run and run.active):
            st.caption(what, width="stretch")
    if trouble := jobs().trouble.get(config.key):
        st.error(tr(trouble), icon=":material/error:")
    if run and run.message:
        st.warning(tr(run.message), icon=":material/warning:")
    doubts.show(config)
    if not (run and run.active):
        watch(lambda: state(config.key))
    return run


def state(key: str) -> str | None:
    """Of a run; None where there is none."""
    run = store().run(key)
    return run.state if run else None


def share_of(config: Work) -> float | None:
    """How much of it is done, of its own account."""
    history = store().history(config.key) if store().run(config.key) else {}
    return float(history["share"][1][-1]) if "share" in history else None


def queued(position: int) -> str:
    """How many runs come before this one, and how long that takes at most.

    Args:
        position: place in the queue, from 1.
    """
    turn = round(TURN)
    return say("job.queued", before=position, turn=turn, seconds=position * turn)


def progress(run: Run, what: str = "", share: float | None = None) -> None:
    """How far it is, and how long the rest takes at the speed so far."""
    done = min(1.0, run.step / max(1, run.steps) if share is None else share)
    if (position := jobs().position(run.key)) and jobs().missing():
        text = say("job.no_worker")
    elif position:
        text = queued(position)
    elif done < SOON or not run.seconds:
        text = say("job.begins")
    else:
        left = export.ago(run.seconds * (1 - done) / done)
        text = say("job.left", share=f"{done:.0%}", left=left)
    st.progress(done, f"{what} {text}".strip())


def foot(config: Work, run: Run | None, seed: int | None, when: str = "job.computed") -> None:
    """Where the numbers come from, and the way to take them along; see `origin`."""
    export.foot(origin(config, run, seed, when), run)


def origin(config: Work, run: Run | None, seed: int | None, when: str = "job.computed") -> str:
    """When and in how long something was computed, or that it is still on its way.

    Args:
        seed: None: nothing was drawn.
        when: id of what was done, of which `<when>_now` and `<when>_earlier` are sentences.
    """
    facts = [say("job.key", key=config.key)]
    if seed is not None:
        facts.insert(0, say("job.seed", seed=seed))
    if run is None:
        facts.insert(0, say("job.here"))
    elif not run.device:  # it waits for a worker
        facts = facts[-1:]
    else:
        age = time.time() - run.created
        how = f"{when}_now" if age < 60 else f"{when}_earlier"
        ended = run.state in ("done", "diverged")
        when = say(how, ago=export.ago(age)) if ended else say("job.so_far")
        seconds = f"{run.seconds:.1f}"
        facts.insert(0, say("job.honest", when=when, seconds=seconds, device=run.device))
    return " · ".join(facts)
