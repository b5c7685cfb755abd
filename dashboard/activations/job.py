"""Starting, pausing and following a piece of work, the same way in every section that trains."""

import time

import streamlit as st

from dashboard.lab.export import ago, export, share
from dashboard.runtime import jobs, store
from dashboard.words import say
from engine.store import Run
from engine.work import Work


def by_itself(config: Work, at_defaults: bool) -> None:
    """Train at the first sight of the default setting: a section opens on a result."""
    if at_defaults and store().run(config.key) is None:
        jobs().submit(config)


def moment(run: Run) -> str:
    """What changes whenever more is known of a run: the key of what was drawn from it."""
    return f"{run.state}/{run.step}/{run.seconds}"


def active(config: Work) -> bool:
    run = store().run(config.key)
    return bool(run and run.active)


def bar(config: Work, name: str, what: str, again: str = "lab.again") -> Run | None:
    """The row of buttons with the progress; and one sentence where something is wrong.

    Args:
        config: what is trained.
        name: prefix of the widgets' keys.
        what: label of the button that starts it.
        again: id of the label of the button that starts it once more.
    """
    run = store().run(config.key)
    with st.container(horizontal=True, vertical_alignment="center"):
        if run and run.active:
            st.button(
                say("lab.pause"),
                icon=":material/pause:",
                type="primary",
                key=f"{name}_pause",
                on_click=lambda: jobs().stop(config.key, wait=1.0),
                shortcut="space",
            )
            st.progress(min(1.0, run.step / max(1, run.steps)), _progress(run))
        elif run and run.state in ("done", "diverged"):
            st.button(
                say(again),
                icon=":material/restart_alt:",
                key=f"{name}_again",
                on_click=lambda: jobs().again(config),
                help=say("lab.again_help"),
            )
        else:
            st.button(
                say("lab.resume") if run and run.step else what,
                icon=":material/play_arrow:",
                type="primary",
                key=f"{name}_train",
                on_click=lambda: jobs().submit(config),
                shortcut="space",
            )
    if trouble := jobs().trouble.get(config.key):
        st.error(trouble, icon=":material/error:")
    if run and run.message:
        st.warning(run.message, icon=":material/warning:")
    return run


def _progress(run: Run) -> str:
    """How far it is, and how long the rest takes at the speed so far."""
    if not run.step or not run.seconds:
        return say("act.waiting")
    left = run.seconds * (run.steps - run.step) / run.step
    return say("act.progress", step=f"{run.step:,}", steps=f"{run.steps:,}", left=f"{left:.0f}")


def foot(config: Work, run: Run | None, seed: int, when: str = "act.trained") -> None:
    """Where the numbers come from, and the way to take them along.

    Args:
        when: id of what was done, of which `<when>_now` and `<when>_earlier` are sentences.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        share(config)
        if run is None:
            st.caption(say("act.computed", seed=seed, key=config.key), width="stretch")
            return
        export(run)
        age = time.time() - run.created
        st.caption(
            say(
                "act.honest",
                when=say(f"{when}_now" if age < 60 else f"{when}_earlier", ago=ago(age)),
                seconds=f"{run.seconds:.1f}",
                device=run.device or "–",
                seed=seed,
                key=run.key,
            ),
            width="stretch",
        )
