"""A slider over the recorded pictures of a run: follows the newest until somebody moves it."""

import streamlit as st

from dashboard.core.words import say


def step_shown(
    key: str, steps: list[int], moving: bool, title: str = "job.moment", each: str = "job.update"
) -> int:
    """Draws the slider; the step whose picture is to be shown.

    Args:
        key: of the run: another run starts at its newest picture.
        steps: that have pictures, at least one.
        moving: whether more are coming; then the newest is shown.
        title: id of the slider's label.
        each: id of what a picture is called, with a place for its `step`.
    """
    state = st.session_state
    if state.get("act_film_run") != key:
        state["act_film_run"], state["act_film_at"] = key, None
    last = len(steps) - 1
    at = state.get("act_film_at")
    index = last if moving or at is None else min(at, last)
    if not last:
        return steps[0]

    def moved() -> None:
        state["act_film_at"] = state["act_film"]

    # While it follows, its name is another: a poll that still holds an old place moves nothing.
    name = "act_film_live" if moving else "act_film"
    state[name] = index
    st.select_slider(
        say(title),
        range(last + 1),
        key=name,
        format_func=lambda i: say(each, step=f"{steps[min(i, last)]:,}"),
        on_change=None if moving else moved,
        disabled=moving,
    )
    return steps[index]
