"""Section 2: six losses over one margin. Which points still push, and where to?"""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import choices, link
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.judged import judged
from dashboard.core.numbers import rough
from dashboard.core.words import say
from dashboard.neurons import placing
from dashboard.neurons.figures import losses as figures
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.losses import LOSSES, LossesConfig, Race, race
from engine.topics.neurons.losses_seeds import SEEDS, UNSEEN, Seeds, over_seeds
from engine.topics.neurons.points import GAPS

ORDER = 40


@st.cache_data(show_spinner=False, max_entries=128)
def race_of(_config: LossesConfig, key: str) -> Race | None:
    return race(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def seeds_of(_config: LossesConfig, key: str) -> Seeds | None:
    return over_seeds(_config)


def knobs(view: NeuronsView) -> None:
    """Points, who is drawn, who pushes, and the numbers of the race."""
    control(NeuronsView, "neurons", view, "losses.plane.preset")
    if view.losses.plane.preset in GAPS:
        for name in ("count", "seed"):
            control(NeuronsView, "neurons", view, f"losses.plane.{name}")
    labels = {id: figures.label(id) for id in LOSSES}
    title = say("neurons.shown")
    choices.several("neurons_shown", title, labels, view.losses.shown, lambda ids: _show(view, ids))
    for name in ("push", "penalty", "learning_rate", "updates"):
        control(NeuronsView, "neurons", view, f"losses.{name}")


def _show(view: NeuronsView, ids: tuple[str, ...]) -> None:
    link.write(NeuronsView, view.with_("losses.shown", ids))


def show(view: NeuronsView) -> None:
    """The curves with the points on one of them; the race; what is left to be learned."""
    st.markdown(say("neurons.losses_question"))
    config = view.losses
    found = race_of(config, config.key)
    if found is None:
        st.info(say("neurons.both_classes"), icon=":material/add_circle:")
    else:
        alt = say("neurons.losses_alt")
        chart(lambda: figures.curves(config, found), "neurons_losses", alt, of=(config.key,))
        alt = say("neurons.race_alt")
        chart(lambda: figures.film(config, found), "neurons_race", alt, of=(config.key,))
        st.info(_pushing(config, found), icon=":material/pan_tool_alt:")
        st.caption(_checked(found))
    _over_seeds(config)
    table = None if found is None else lambda: _table(found)
    placing.below(view, "losses", table)


def _over_seeds(config: LossesConfig) -> None:
    """Whether one loss finds better lines than another, or the draw of the points decides."""
    found = seeds_of(config, config.key)
    if found is None:
        st.caption(say("neurons.seeds_fixed"))
        return
    st.markdown(say("neurons.seeds_question", seeds=SEEDS, unseen=f"{2 * UNSEEN:,}"))
    alt = say("neurons.seeds_alt")
    chart(lambda: figures.seeds(found), "neurons_seeds", alt, of=(config.key,))
    died = bool(np.isnan(found.wrong).any())
    names = [figures.label(id) for id in found.ids]
    judged(found.comparison, names, "neurons_seeds_forest", done=True, died=died)


def _pushing(config: LossesConfig, found: Race) -> str:
    """Who still pushes under the chosen loss, and what that means."""
    push = found.pushes[found.row(config.push)]
    name = figures.label(config.push)
    if not np.isfinite(push).all():
        return say("neurons.too_fast", loss=name)
    wrong = int(found.wrong[found.row(config.push), -1])
    numbers = {"loss": name, "points": len(push), "wrong": wrong}
    if not push.any():
        return say("neurons.none_push", **numbers)
    hardest = int(push.argmax())
    text = say(
        "neurons.push",
        count=int((push > 0.01 * push.max()).sum()),
        share=f"{push[hardest] / push.sum():.0%}",
        margin=f"{figures.margins_of(found, config.push)[hardest]:.2f}",
        **numbers,
    )
    if found.separable and not config.penalty and config.push in ("logistic", "exponential"):
        w = found.weights[found.row(config.push), -1]
        text += " " + say("neurons.no_optimum", length=f"{np.hypot(*w[1:]):.3g}")
    return text


def _checked(found: Race) -> str:
    if not np.isfinite(found.best).all():
        return say("neurons.no_reference")
    far = float(np.abs(found.weights[found.row("logistic"), -1] - found.best).max())
    numbers = {"left": rough(found.left), "far": rough(far)}
    if not np.isfinite(found.library):
        return say("neurons.losses_checked_alone", **numbers)
    return say("neurons.losses_checked", library=rough(found.library), **numbers)


def _table(found: Race) -> dict[str, NDArray[Any]]:
    """Update, then weights and wrong points of each loss."""
    table: dict[str, NDArray[Any]] = {"update": np.arange(found.weights.shape[1])}
    for row, id in enumerate(found.ids):
        for column, name in enumerate(("b", "w1", "w2")):
            table[f"{id}_{name}"] = found.weights[row, :, column]
        table[f"{id}_wrong"] = found.wrong[row]
    return table


def _stays(view: NeuronsView) -> Question | None:
    """Which loss leaves the line where it began?"""
    found = race_of(view.losses, view.losses.key)
    if found is None:
        return None
    moved = np.abs(found.weights[:, -1] - found.weights[:, 0]).max(-1)
    options = {id: figures.label(id) for id in LOSSES}
    return Choice(say("neurons.ask_stays"), options, found.ids[int(moved.argmin())])


def _worst(view: NeuronsView) -> Question | None:
    """Which loss has most points wrong at the end, those that learn nothing apart?"""
    found = race_of(view.losses, view.losses.key)
    if found is None:
        return None
    options = {id: figures.label(id) for id in ("hinge", "logistic", "squared")}
    right = max(options, key=lambda id: found.wrong[found.row(id), -1])
    return Choice(say("neurons.ask_worst"), options, right)


ASKS: SceneQuestions = {"stays": _stays, "worst": _worst}
