"""Reset, play, pause, step, stop, scrub: moving along a training and letting it go on.

A run is a record that grows. The playhead is a place in that record; playing moves it, and lets
the job compute further where the record ends. Reset returns to the start of the same record.
"""

from dataclasses import dataclass

import streamlit as st

from dashboard.core import link
from dashboard.core.choices import held
from dashboard.core.controls import what_differs
from dashboard.core.job import outdated
from dashboard.core.places import config_of
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say
from dashboard.training.view import View
from engine.device import number_for
from engine.runs.store import Run
from engine.training.config import TrainConfig
from engine.training.loop import Plan

WIDE = 150  # pixels of the button whose label changes: its neighbours must not move under a click
WIDER = 220  # the same in presenter mode, whose letters are larger
PLAYING, FRAME, RUN = "lab_playing", "lab_frame", "lab_run"
LEFT = "lab_left"  # key of a run that was left while it went on


@dataclass(frozen=True)
class Place:
    """Where the playhead stands in a run's record."""

    run: Run | None
    frames: list[int]  # steps that have pictures
    index: int  # of the one shown
    playing: bool

    @property
    def step(self) -> int:
        return self.frames[self.index] if self.frames else 0

    @property
    def moving(self) -> bool:
        """Whether the page has to be drawn again by itself."""
        return self.playing or bool(self.run and self.run.active)


def place(config: TrainConfig, view: View) -> Place:
    """The playhead now; moves it on where it plays."""
    state = st.session_state
    if state.get(RUN) != config.key:  # another run: at its end, where it was computed before
        state[LEFT] = state.get(RUN)
        state[RUN] = config.key
        state[FRAME] = None
        state[PLAYING] = False
    run = store().run(config.key)
    frames = store().frame_steps(config.key) if run else []
    last = len(frames) - 1
    playing = bool(state.get(PLAYING))
    index = state.get(FRAME)
    index = last if index is None or index > last else index
    if playing:
        index = last if view.speed == "live" else min(last, index + int(view.speed))
        waiting = bool(run and run.active)
        if index >= last and not waiting:
            playing = state[PLAYING] = False
    state[FRAME] = index if playing or index < last else None
    return Place(run, frames, max(index, 0), playing)


def earlier(config: TrainConfig) -> None:
    """The run that was on the screen before: it goes on, so it can be seen again or paused."""
    key = st.session_state.get(LEFT)
    run = store().run(key) if key and key != config.key else None
    left = config_of(run) if run and run.active else None
    if run is None or not isinstance(left, TrainConfig):
        return
    gaps = what_differs(config, left)
    name = ", ".join(f"{title} {there}" for title, (_, there) in gaps.items()) or run.key
    with st.container(horizontal=True, vertical_alignment="center", key="lab_earlier"):
        st.caption(say("training.earlier", name=name, share=f"{run.step / max(1, run.steps):.0%}"))
        st.button(
            say("training.earlier_show"),
            key="lab_earlier_show",
            on_click=lambda: link.write(TrainConfig, left),
        )
        st.button(
            say("job.pause"),
            key="lab_earlier_pause",
            on_click=lambda: jobs().stop(run.key, "paused", wait=1.0),
        )


def transport(config: TrainConfig, view: View, now: Place) -> None:
    """The row of buttons, and the slider below it."""
    run = now.run
    if outdated(config, "lab_transport"):
        _slider(now)
        return
    ended = bool(run and run.state in ("done", "diverged"))
    wide = WIDER if st.session_state.get("presenter") else WIDE
    with st.container(horizontal=True, vertical_alignment="center", key="lab_transport"):
        st.button(
            say("training.reset"),
            icon=":material/replay:",
            on_click=_reset,
            help=say("training.reset_help"),
            disabled=not now.frames,
            key="lab_reset",
            shortcut="home",
        )
        going = now.playing or bool(run and run.active)
        if going:
            st.button(
                say("job.pause"),
                icon=":material/pause:",
                type="primary",
                key="lab_pause",
                width=wide,
                on_click=_pause,
                args=(config,),
                shortcut="space",
                help=say("training.pause_help"),
            )
        else:
            label = (
                say("training.replay")
                if ended
                else say("job.resume")
                if run and run.step
                else say("training.train")
            )
            st.button(
                label,
                icon=":material/play_arrow:",
                type="primary",
                key="lab_play",
                width=wide,
                on_click=_play,
                args=(config, now),
                shortcut="space",
                help=say("training.play_help"),
            )
        st.button(
            say(_step_label(config, view, now)),
            icon=":material/skip_next:",
            key="lab_step",
            on_click=_step,
            args=(config, view, now),
            shortcut="right",
            help=say("training.step_help"),
            disabled=bool(run and run.active) or (ended and now.index == len(now.frames) - 1),
        )
        st.button(
            say("training.stop"),
            icon=":material/stop:",
            key="lab_stop",
            on_click=_stop,
            args=(config,),
            disabled=not (run and run.active),
            help=say("training.stop_help"),
        )
        st.button(
            say("training.dice"),
            icon=":material/casino:",
            key="lab_dice",
            on_click=_dice,
            args=(config,),
            help=say("training.dice_help"),
            shortcut="d",
        )
        if ended:
            st.button(
                say("job.train_again"),
                icon=":material/restart_alt:",
                key="lab_again",
                on_click=_again,
                args=(config,),
                help=say("job.again_help"),
                type="tertiary",
            )
    with st.container():  # always there, so that nothing below moves when the slider comes
        if now.moving:
            _progress(config, now)
        else:
            _slider(now)


def _step_label(config: TrainConfig, view: View, now: Place) -> str:
    """What one press of Step shows: back in the record the next picture, which may be farther away
    than what is computed at its end."""
    if now.index < len(now.frames) - 1:
        gap = now.frames[now.index + 1] - now.step
        if gap != config.unit(view.unit):
            return "training.step_picture"
    return f"training.step_{view.unit}"


def _progress(config: TrainConfig, now: Place) -> None:
    """How much of the whole run the playhead has behind it; a slider would answer with where it
    was."""
    run = now.run
    if run is None or not run.steps:
        return
    step = now.step if now.playing else run.step
    per_epoch = max(1, int(run.facts.get("per_epoch", 1)))
    epoch = f"{step / per_epoch:,.4g}"
    said = say("training.progress", epoch=epoch, epochs=f"{config.epochs:,}")
    st.progress(min(1.0, step / run.steps), text=said)


def _slider(now: Place) -> None:
    """Where the playhead stands in the record, to be dragged where there is more than one place."""
    if len(now.frames) < 2:
        return
    per_epoch = max(1, int(now.run.facts.get("per_epoch", 1))) if now.run else 1
    held(
        st.select_slider,
        "lab_scrub",
        say("training.scrub"),
        now.index,
        _scrub,
        range(len(now.frames)),
        format_func=lambda i: _when(now.frames[i] if i < len(now.frames) else 0, per_epoch),
        label_visibility="collapsed",
    )


def _when(step: int, per_epoch: int) -> str:
    epoch = step / per_epoch
    return say("training.epoch", epoch=f"{epoch:.0f}" if epoch == int(epoch) else f"{epoch:.2f}")


def _reset() -> None:
    st.session_state[PLAYING] = False
    st.session_state[FRAME] = 0


def _play(config: TrainConfig, now: Place) -> None:
    if not (now.run and now.run.state in ("done", "diverged")):
        jobs().submit(config)
        if not now.frames:
            st.session_state[FRAME] = 0
    elif now.index >= len(now.frames) - 1:
        st.session_state[FRAME] = 0
    st.session_state[PLAYING] = True


def _pause(config: TrainConfig) -> None:
    st.session_state[PLAYING] = False
    jobs().stop(config.key, "paused", wait=1.0)


def _stop(config: TrainConfig) -> None:
    st.session_state[PLAYING] = False
    jobs().stop(config.key, "stopped", wait=1.0)


def _step(config: TrainConfig, view: View, now: Place) -> None:
    st.session_state[PLAYING] = False
    if now.index < len(now.frames) - 1:
        st.session_state[FRAME] = now.index + 1
        return
    done = now.run.step if now.run else 0
    st.session_state[FRAME] = None
    jobs().submit(config, until=done + config.unit(view.unit))
    jobs().wait(config.key, timeout=0.7)  # mostly shorter: the next picture shows the step


def _scrub(to: int) -> None:
    st.session_state[PLAYING] = False
    st.session_state[FRAME] = to


def _dice(config: TrainConfig) -> None:
    """A new seed, the same for the same old one, so that a demonstration can be repeated."""
    jobs().stop(config.key, "paused")  # else the new run would wait until this one ends
    link.write(TrainConfig, config.with_("seed", number_for(config.seed, "dice") % 10_000))
    st.session_state["lab_play_next"] = True


def _again(config: TrainConfig) -> None:
    jobs().again(config)
    st.session_state[FRAME] = 0
    st.session_state[PLAYING] = True


def change_rate(config: TrainConfig, rate: float) -> TrainConfig:
    """Another learning rate without losing the run.

    In mid-run the change becomes part of the config, from the playhead's epoch on, and the new run
    takes up the old one's record up to there. Before the first update, and after the last, it is
    simply another learning rate.
    """
    run = store().run(config.key)
    if run is None or not run.steps:
        return _next_rate(config, rate)
    was_active = run.active
    if was_active:
        jobs().stop(config.key, "paused", wait=3.0)
        run = store().run(config.key) or run
    plan = Plan.of(config, int(run.facts.get("examples", 1)))
    index = st.session_state.get(FRAME)
    frames = store().frame_steps(config.key)
    shown = run.step if index is None or index >= len(frames) else frames[index]
    at = run.step if was_active else shown
    epoch = -(-at // plan.per_epoch)
    if config.changes and was_active:  # turned twice in a row: the last turn has not come yet
        epoch = max(epoch, config.changes[-1][0])
    if not 0 < epoch < config.epochs:
        return _next_rate(config, rate)
    earlier = tuple(change for change in config.changes if change[0] < epoch)
    new = config.with_("changes", (*earlier, (epoch, rate)))
    if run.step <= epoch * plan.per_epoch and store().run(new.key) is None:
        store().fork(config.key, new, run.step)
    jobs().submit(new)
    st.session_state[RUN] = new.key
    st.session_state[PLAYING] = True
    return new


def _next_rate(config: TrainConfig, rate: float) -> TrainConfig:
    """The rate of a run that has no record yet: its last change where there is one."""
    if config.changes:
        *earlier, (epoch, _) = config.changes
        return config.with_("changes", (*earlier, (epoch, rate)))
    return config.with_("learning_rate", rate)
