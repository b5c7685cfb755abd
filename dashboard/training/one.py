"""One run on the screen: its transport, its pictures, and what to say when something is wrong."""

import streamlit as st

from dashboard.core import export, job
from dashboard.core.costs import affordable
from dashboard.core.export import honest
from dashboard.core.live import live, watch
from dashboard.core.missing import missing
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say, tr
from dashboard.training import panels, survival
from dashboard.training.transport import FRAME, PLAYING, RUN, Place, earlier, place, transport
from dashboard.training.view import View
from engine.data import DataError, Prepared
from engine.runs.events import Frame
from engine.runs.files import Arrays
from engine.training.config import TrainConfig
from engine.training.train import train


@st.cache_data(show_spinner=False, max_entries=64)
def untrained(_config: TrainConfig, key: str) -> Arrays:
    """The pictures of the network before its first update."""
    for event in train(_config, until=0):
        if isinstance(event, Frame):
            return event.arrays
    return {}


def show(config: TrainConfig, view: View) -> None:
    """The lab for one run; follows it while it moves."""
    if not affordable(config, "lab"):
        return
    try:
        data = config.prepared()
    except DataError as error:
        missing(error)
        return
    _start_by_itself(config)
    store_has = store().run(config.key)
    active = bool(st.session_state.get(PLAYING)) or bool(store_has and store_has.active)
    live(lambda: _draw(config, view, data), active=active, every=0.4)
    if not active:
        watch(lambda: job.state(config.key))


def _start_by_itself(config: TrainConfig) -> None:
    """Train at once after the dice, and at the first sight of the default setting."""
    fresh = store().run(config.key) is None
    if st.session_state.pop("lab_play_next", False) or (fresh and not config.flat()):
        jobs().submit(config)
        st.session_state[RUN] = config.key
        st.session_state[FRAME] = 0 if fresh else None
        st.session_state[PLAYING] = True


def _draw(config: TrainConfig, view: View, data: Prepared) -> bool:
    now = place(config, view)
    transport(config, view, now)
    with st.container():  # always there: what comes and goes would move the charts, anew
        _say_state(config, now)
    history = store().history(config.key)
    panels.numbers(config, now, history)
    panels.floors(config, now, history, data)
    panels.whole_batch(config, data)
    if now.playing and now.index + 1 < len(now.frames):  # the curves grow with the picture
        history = panels.so_far(history, now.frames[now.index + 1] - 1)
    arrays = store().frame(config.key, now.step) if now.frames else untrained(config, config.key)
    # What stands still is made once: a knob that changes one chart leaves the others as they are.
    seen = () if now.moving else (config.key, now.step if now.frames else "untrained")
    left, right = st.columns([1, 1], gap="medium")
    with left:
        panels.picture(config, view, data, arrays, seen)
    with right:
        panels.losses(config, view, now, history)
    panels.inside(config, view, data, arrays, seen)
    which = st.segmented_control(
        say("training.details"),
        list(panels.DETAILS),
        default="gradients",
        key="lab_which",
        format_func=lambda id: say(f"training.{id}"),
        required=True,
    )
    panels.details(config, view, now, history, which)
    foot(config, now)
    return now.moving


def _say_state(config: TrainConfig, now: Place) -> None:
    """Queue, interruption, divergence, failure: one sentence and what to do."""
    run = now.run
    earlier(config)
    trouble = jobs().trouble.get(config.key)
    if trouble:
        st.error(tr(trouble), icon=":material/error:")
    if config.changes:
        said = ", ".join(
            say("training.change", rate=f"{rate:g}", epoch=epoch) for epoch, rate in config.changes
        )
        st.caption(say("training.changes", first=f"{config.learning_rate:g}", rest=said))
    if run is None:
        return
    match run.state:
        case "queued":
            position = jobs().position(config.key)
            if jobs().missing():
                st.info(say("job.no_worker"), icon=":material/hourglass_top:")
            else:
                st.info(job.queued(position))
        case "diverged" | "failed" | "interrupted" if run.message:
            st.warning(tr(run.message), icon=":material/warning:")
            if run.state == "diverged":
                st.button(
                    say("training.survive"),
                    key="lab_survive",
                    on_click=lambda: survival.find(config),
                )


def foot(config: TrainConfig, now: Place) -> None:
    """Where the numbers come from, and the way to take them along."""
    run = now.run

    def pin() -> None:
        if run:
            st.button(
                say("training.unpin" if run.pinned else "training.pin"),
                icon=":material/keep:",
                key="lab_pin",
                help=say("training.pin_help"),
                on_click=lambda: store().set(run.key, pinned=int(not run.pinned)),
            )

    export.foot(honest(config, run), run, key="lab_foot", more=pin)
