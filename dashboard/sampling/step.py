"""Section 1: how does a picture come to be, value by value?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from dashboard.core import link
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import Point, chart
from dashboard.core.controls import control
from dashboard.core.words import reason, say, tr
from dashboard.sampling.figures import steps as figures
from dashboard.sampling.model import Chosen, chosen, label_of, opened
from dashboard.sampling.settings import settings
from dashboard.sampling.view import SamplingView
from engine.autoregressive.trajectory import Trajectory, forced_trajectory, mixed_uniforms
from engine.device import number_for

OPENED = "_sampling_opened"  # frame at which the film opens, where it was left, of which view
ORDER = 10
BARE = True
KNOBS = (
    "net",
    "run",
    "label",
    "seed",
    "temperature",
    "top_k",
    "top_p",
    "beside",
    "other_seed",
    "other_temperature",
    "slip",
    "ink",
    "after",
    "again",
)


@st.cache_data(show_spinner=False, max_entries=128)
def made(
    _found: Chosen, key: str, label: int | None, seed: int, after: int, again: int,
    forced: tuple[tuple[int, int], ...], options: tuple[tuple[str, Any], ...],
) -> Trajectory:  # fmt: skip
    """The whole trajectory; what follows needs no model."""
    u = mixed_uniforms((1, *_found.model.shape), seed, after, again)
    return forced_trajectory(_found.model, u, label, forced, **dict(options))


def runs_of(view: SamplingView, found: Chosen) -> list[tuple[str, Trajectory]]:
    """One or two pictures with their titles."""
    label = label_of(view, found)

    def one(seed: int, temperature: float) -> tuple[str, Trajectory]:
        options = {"temperature": temperature, "top_p": view.top_p, "slip": view.slip,
                   "top_k": min(view.top_k, found.model.levels)}  # fmt: skip
        run = made(found, found.key, label, seed, view.after, view.again, view.forced,
                   tuple(options.items()))  # fmt: skip
        name = tr(found.pictures.classes[label]) if label is not None else ""
        return say("sampling.drawn", name=name, seed=seed, temperature=f"{temperature:g}"), run

    runs = [one(view.seed, view.temperature)]
    if view.beside == "seed":
        runs.append(one(view.other_seed, view.temperature))
    if view.beside == "temperature":
        runs.append(one(view.seed, view.other_temperature))
    return runs


def knobs(view: SamplingView) -> None:
    settings(view, KNOBS, label=True)


def show(view: SamplingView) -> None:
    opened(view, _show)


def _show(view: SamplingView, found: Chosen) -> None:
    """The film, its steps, and what the picture costs; a step draws nothing but this again."""
    rest = view.with_("at", -1)

    @st.fragment
    def panel() -> None:
        link.settle()
        now, _ = SamplingView.read(st.query_params.to_dict())  # its problems are told already
        if now.with_("at", -1) != rest:
            st.rerun()  # more has changed than the place: the settings beside it, too
        _film(now, found)

    panel()


def _film(view: SamplingView, found: Chosen) -> None:
    try:
        runs = runs_of(view, found)
    except ValueError as error:
        st.error(reason(error), icon=":material/error:")
        return
    total = len(runs[0][1].levels)
    row = found.model.shape[0] * found.model.shape[2]  # values
    at = total if view.at < 0 else min(view.at, total)
    _row(view)
    at = _opened(view, at)
    means = view.show == "expected"
    chart(
        lambda: figures.film(runs, expected=means, slip=view.slip, at=at),
        "sampling_film",
        say("sampling.film_alt"),
        of=(found.key, *view.with_("at", -1).flat().items(), at),
        on_click=lambda point: clicked(view, found, point),
        on_place=lambda frame: _left(view, figures.stops_of(total, at, row), frame),
    )
    st.caption(say(f"sampling.click_{view.click}"))
    _numbers(view, found, runs)


def _opened(view: SamplingView, at: int) -> int:
    """Where the film opens. That somebody moved it in the browser, as the link says now, draws
    nothing anew.
    """
    rest = view.with_("at", -1)
    opened, left, of = st.session_state.get(OPENED, (at, at, rest))
    if of != rest or left != at:
        opened = at
    st.session_state[OPENED] = (opened, at, rest)
    return opened


def _left(view: SamplingView, stops: Sequence[int], frame: int) -> None:
    """The film was left at a frame: the link says so."""
    at = stops[min(frame, len(stops) - 1)]
    opened, _, of = st.session_state[OPENED]
    st.session_state[OPENED] = (opened, at, of)
    link.write(SamplingView, view.with_("at", at))


def _row(view: SamplingView) -> None:
    """What draws another picture, and what a picture shows."""
    with st.container(horizontal=True, vertical_alignment="center", key="sampling_row"):
        st.button(say("sampling.dice"), icon=":material/casino:", key="sampling_dice",
                  on_click=_dice, args=(view, "seed"), shortcut="d",
                  help=say("sampling.dice_help"))  # fmt: skip
        if view.after:
            st.button(say("sampling.again"), icon=":material/casino:", key="sampling_dice_again",
                      on_click=_dice, args=(view, "again"))  # fmt: skip
        if view.forced or view.after:
            st.button(say("sampling.undo"), icon=":material/undo:", key="sampling_undo",
                      on_click=_undo, args=(view,))  # fmt: skip
        for name in ("show", "click"):
            control(SamplingView, "sampling", view, name)


def _dice(view: SamplingView, name: str) -> None:
    """A new seed, the same for the same old one, so that a demonstration can be repeated."""
    link.write(SamplingView, view.with_(name, number_for(view.get(name), "dice") % 10_000))


def _undo(view: SamplingView) -> None:
    link.write(SamplingView, view.with_("forced", ()).with_("after", 0))


def clicked(view: SamplingView, found: Chosen, point: Point) -> None:
    """A click on a pixel forces its value, or frees it; or draws anew from it on."""
    pixel = round(point.y) * found.model.shape[2] + round(point.x)
    if view.click == "again":
        new = view.with_("after", 0 if view.after == pixel else pixel)
        link.write(SamplingView, new.with_("at", -1))
        return
    forced = dict(view.forced)
    if forced.pop(pixel, None) is None:
        forced[pixel] = min(view.ink, found.model.levels - 1)
    if len(forced) > 64:
        link.note(say("sampling.too_many"))
        return
    new = view.with_("forced", tuple(sorted(forced.items())))
    link.write(SamplingView, new.with_("at", -1))


def _numbers(view: SamplingView, found: Chosen, runs: list[tuple[str, Trajectory]]) -> None:
    """What the pictures cost, and how often the network was asked."""
    total = found.values
    for column, (title, run) in zip(st.columns(len(runs)), runs, strict=True):
        free = ~run.forced
        with column.container(horizontal=True):
            bits = run.bits.sum()
            st.metric(f"{title}: −log₂ p", say("sampling.bits", value=f"{bits:.1f}"),
                      help=say("sampling.bits_help", n=total))  # fmt: skip
            st.metric(say("sampling.per_dim"), f"{bits / total:.3f}",
                      help=say("sampling.per_dim_help", test=f"{found.test:.3f}"))  # fmt: skip
            st.metric(say("sampling.entropy"),
                      say("sampling.bits", value=f"{np.mean(run.entropy[free]):.2f}")
                      if free.any() else "–", help=say("sampling.entropy_help"))  # fmt: skip
    st.markdown(say("sampling.calls", n=total, made=runs[0][1].calls or 0))
    if view.slip:
        st.warning(say("sampling.slip_says"), icon=":material/warning:")


def _dearer(view: SamplingView) -> Question | None:
    if (found := chosen(view)) is None:
        return None
    runs = runs_of(view, found)
    costs = [float(run.bits.sum()) for _, run in runs]
    options = {str(n): title for n, (title, _) in enumerate(runs)}
    return Choice(say("sampling.ask_dearer"), options, str(int(np.argmax(costs))))


ASKS: SceneQuestions = {"dearer": _dearer}
