"""Section 3: what becomes of a signal and its gradient in a deep network, also while it learns?"""

from collections.abc import Mapping
from typing import get_args

import streamlit as st

from dashboard.activations.figures import signal as figures
from dashboard.activations.view import ActView
from dashboard.core import job, link
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import Point, chart
from dashboard.core.controls import control
from dashboard.core.frames import step_shown
from dashboard.core.live import live
from dashboard.core.numbers import fixed
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS
from engine.runs.store import Series
from engine.topics.activations.health import State, health
from engine.topics.activations.profile import Signal, of_arrays
from engine.topics.activations.signal import Answer, SignalConfig, likeness, signal
from engine.topics.activations.signal_map import SignalMap, cell, signal_map
from engine.topics.activations.signal_run import SignalRun

ORDER = 30
OPENS = {SignalRun: "deep."}

MANY_DEAD = 0.2  # of a layer's units: from here on the page says why
ALIKE = 0.8  # cosine from which examples are alike

FEW = ("depth", "width", "activation", "initialiser", "gain", "normalisation", "input_scale")
REST = ("factor", "batch", "seed")
TRAINING = ("optimizer", "learning_rate", "batch_size", "steps")


@st.cache_data(show_spinner=False, max_entries=64)
def answer_of(_config: SignalConfig, key: str) -> Answer:
    return signal(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def map_of(_config: SignalConfig, key: str) -> SignalMap:
    return signal_map(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def likeness_of(_config: SignalConfig, key: str) -> float:
    return likeness(_config)


def knobs(view: ActView) -> None:
    """The network in view, the rest and its training folded."""
    names = list(view.knobs())

    def draw(prefix: str, wanted: tuple[str, ...]) -> None:
        for name in names:
            if name.startswith(prefix) and name.removeprefix(prefix).split(".")[0] in wanted:
                control(ActView, "act", view, name)

    draw("deep.signal.", FEW)
    control(ActView, "act", view, "scale")
    with st.expander(say("activations.training")):
        draw("deep.", TRAINING)
    with st.expander(say("controls.more")):
        draw("deep.signal.", REST)


def show(view: ActView) -> None:
    """The picture of the network now, at any moment of its training; and the map of all pairs."""
    live(lambda: _network(view), active=job.active(view.deep), every=0.7)
    _map(view)


def _network(view: ActView) -> bool:
    config = view.deep
    answer = answer_of(config.signal, config.signal.key)
    run = job.bar(config, "act_signal", say("activations.train_network"), "job.train_again")
    steps = store().frame_steps(config.key) if run else []
    moving = bool(run and run.active)
    now, step = answer.signal, 0
    if steps:
        step = step_shown(config.key, steps, moving)
        if step:
            now = of_arrays(store().frame(config.key, step))
    st.markdown(verdict(config.signal, answer, now, step))
    chart(
        lambda: figures.layers(now, answer.signal, answer.theory, own=view.scale == "own"),
        "act_layers",
        say("activations.signal_alt"),
        of=(config.key, step, view.scale),
    )
    st.caption(say("activations.width_key"))
    if not step:
        _alike(config.signal, answer)
    if steps:
        _learning(config, store().history(config.key), step)
    job.foot(config, run, config.signal.seed, "job.trained")
    return moving


def verdict(config: SignalConfig, answer: Answer, now: Signal, step: int) -> str:
    """What happens to the gradient and to the signal, and the gain that theory asks for."""
    state = health(now)
    back, forth = state.gradient_decades, state.signal_decades
    text = say(
        f"activations.gradient_{state.state.replace(' ', '_')}",
        decades=f"{abs(back):.1f}",
        factor=f"{state.gradient_factor:.3g}",
    )
    text += " " + say(
        f"activations.forward_{state.forward.replace(' ', '_')}",
        decades=f"{abs(forth):.1f}",
        factor=f"{state.signal_factor:.3g}",
    )
    if step:
        return text + " " + say("activations.loss_now", step=f"{step:,}", loss=fixed(now.loss, 3))
    if config.normalisation != "none":
        return text + " " + say("activations.gain_normalised")
    gains = answer.gains
    return (
        text
        + " "
        + say(
            "activations.gain_says",
            present=f"{gains.present:.3f}",
            forward=_or_none(gains.forward),
            backward=_or_none(gains.backward),
        )
    )


def _alike(config: SignalConfig, answer: Answer) -> None:
    """Why units are dead where the gradient is healthy."""
    dead = answer.signal.dead
    if answer.health.state != "healthy" or dead.max() < MANY_DEAD:
        return
    cosine = likeness_of(config, config.key)
    if cosine > ALIKE:
        layer = int(dead.argmax())
        said = {"share": f"{dead[layer]:.0%}", "cosine": f"{cosine:.2f}"}
        st.caption(say("activations.alike", layer=layer + 1, **said))


def _or_none(value: float | None) -> str:
    return say("activations.none") if value is None else f"{value:.3f}"


def _learning(config: SignalRun, history: Series, step: int) -> None:
    """Loss of the batches and accuracy, with the moment that is shown."""
    lines: Mapping[str, str] = {
        "batch_loss": say("activations.batch_loss"),
        "accuracy": say("activations.accuracy"),
    }
    found = {title: history[name] for name, title in lines.items() if name in history}
    chart(
        figures.learning(found, step, config.steps), "act_learning", say("activations.learning_alt")
    )


def _map(view: ActView) -> None:
    """Every activation with every rule; a click opens the pair."""
    config = view.deep.signal
    base = config
    if config.activation == type(config.activation)():  # no knob of it was turned
        base = cell(base, "tanh", base.initialiser.id)
    if config.initialiser == type(config.initialiser)():
        base = cell(base, base.activation.id, "torch_default")
    found = map_of(base, base.key)
    st.markdown(f"#### {say('activations.map')}")

    def clicked(point: Point) -> None:
        act, rule = found.activations[round(point.y)], found.initialisers[round(point.x)]
        new = view.with_("deep", view.deep.with_("signal", cell(config, act, rule)))
        link.write(ActView, new)

    here = (
        found.activations.index(config.activation.id),
        found.initialisers.index(config.initialiser.id),
    )
    chart(
        lambda: figures.pairs(
            found.gradient,
            [tr(ACTIVATIONS[id].about.label) for id in found.activations],
            [tr(INITIALISERS[id].about.label) for id in found.initialisers],
            here,
        ),
        "act_map",
        say("activations.map_alt"),
        of=(base.key, *here),
        on_click=clicked,
    )
    st.caption(
        say(
            "activations.map_says",
            depth=found.config.depth,
            width=found.config.width,
            n=found.config.batch,
        )
    )


def _state(view: ActView) -> Question:
    config = view.deep.signal
    found = health(answer_of(config, config.key).signal)
    options = {state: say(f"activations.is_{state.replace(' ', '_')}") for state in get_args(State)}
    sentence = say("activations.ask_state", depth=config.depth, activation=_named(config))
    return Choice(sentence, options, found.state)


def _factor(view: ActView) -> Question:
    config = view.deep.signal
    found = health(answer_of(config, config.key).signal)
    sentence = say("activations.ask_factor", depth=config.depth, activation=_named(config))
    return Number(sentence, 0, 10, found.gradient_factor, 0.1)


def _named(config: SignalConfig) -> str:
    return tr(config.activation.about.label)


ASKS: SceneQuestions = {"state": _state, "factor": _factor}
