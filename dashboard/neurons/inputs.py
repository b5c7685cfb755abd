"""Does it matter whether inputs are centred and scaled? The valley of two weights shows it."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import export
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import few_first
from dashboard.core.numbers import rough
from dashboard.core.words import say
from dashboard.neurons.figures import inputs as figures
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.inputs import PREPARED, Compared, InputsConfig, compared, expected

ORDER = 30
FEW = ("prepared", "mean", "unit", "batch", "rate", "updates")
REST = ("correlation", "goal", "seed")  # under More


@st.cache_data(show_spinner=False, max_entries=128)
def compared_of(_config: InputsConfig, key: str) -> Compared:
    return compared(_config)


def knobs(view: NeuronsView) -> None:
    """What the inputs are like and how they are prepared; the rest under More."""
    few, rest = ([f"inputs.{name}" for name in group] for group in (FEW, REST))
    few_first(NeuronsView, "neurons", view, few, rest)


def show(view: NeuronsView) -> None:
    """The examples, the path through the valley, and all preparations side by side."""
    st.markdown(say("neurons.inputs_question"))
    config = view.inputs
    found = compared_of(config, config.key)
    alt = say("neurons.valley_alt")
    chart(lambda: figures.valley(config, found), "neurons_valley", alt, of=(config.key,))
    st.info(_says(config, found), icon=":material/zoom_in_map:")
    st.dataframe(_rows(config, found), hide_index=True, key="neurons_inputs_table")
    st.caption(_checked(config, found))
    said = say("neurons.drawn_by", seed=config.seed, key=config.key)
    export.foot(said, more=lambda: export.numbers("inputs", config.key, lambda: _table(found)))


def _says(config: InputsConfig, found: Compared) -> str:
    """Condition, steps and their signs under the chosen preparation."""
    now = found.descents[config.prepared]
    numbers = {
        "name": figures.label(config.prepared),
        "condition": f"{now.condition:.3g}",
        "mean": f"{np.hypot(*now.x.mean(0)) ** 2:.3g}",
        "largest": f"{now.curvatures[0]:.3g}",
        "smallest": f"{now.curvatures[1]:.3g}",
        "goal": f"{config.goal:.2g}",
        "turns": now.turns,
        "signs": f"{now.same_sign:.0%}" if np.isfinite(now.same_sign) else "–",
    }
    text = say("neurons.inputs_say", **numbers)
    if now.reached is None:
        gone = not now.excess[-1] < 10 * now.excess[0]
        text += " " + say("neurons.inputs_gone" if gone else "neurons.inputs_later", **numbers)
    else:
        text += " " + say("neurons.inputs_reached", updates=now.reached, **numbers)
    if config.batch == "one" and (now.x > 0).all():
        text += " " + say("neurons.inputs_positive")
    return text


def _rows(config: InputsConfig, found: Compared) -> dict[str, list[Any]]:
    """A row a preparation."""
    every = [found.descents[id] for id in PREPARED]
    return {
        say("neurons.inputs_column"): [figures.label(id) for id in PREPARED],
        "λ₁": [f"{one.curvatures[0]:.4g}" for one in every],
        "λ₂": [f"{one.curvatures[1]:.4g}" for one in every],
        "κ = λ₁/λ₂": [f"{one.condition:.4g}" for one in every],
        say("neurons.updates_column", goal=f"{config.goal:.2g}"): [
            "–" if one.reached is None else f"{one.reached}" for one in every
        ],
        say("neurons.turns_column"): [one.turns for one in every],
    }


def _checked(config: InputsConfig, found: Compared) -> str:
    text = say("neurons.inputs_checked", off=rough(found.off))
    now = found.descents[config.prepared]
    if config.batch == "all" and now.reached is not None:
        wait = expected(now, config.goal, found.variance)
        text += " " + say("neurons.inputs_expected", wait=f"{wait:.1f}", updates=now.reached)
    return text


def _table(found: Compared) -> dict[str, NDArray[Any]]:
    """Update, then both weights and the excess of each preparation."""
    count = len(next(iter(found.descents.values())).path)
    table: dict[str, NDArray[Any]] = {"update": np.arange(count)}
    for id, one in found.descents.items():
        table |= {f"{id}_w1": one.path[:, 0], f"{id}_w2": one.path[:, 1]}
        table[f"{id}_excess"] = one.excess
    return table


def _signs(view: NeuronsView) -> Question:
    """Where to can one step go?"""
    now = compared_of(view.inputs, view.inputs.key).descents[view.inputs.prepared]
    options = {name: say(f"neurons.signs_{name}") for name in ("any", "same", "other")}
    right = "same" if now.same_sign == 1 else "other" if now.same_sign == 0 else "any"
    return Choice(say("neurons.ask_signs"), options, right)


def _helps(view: NeuronsView) -> Question | None:
    """Which of two preparations brings the condition down most?"""
    every = compared_of(view.inputs, view.inputs.key).descents
    options = {id: figures.label(id) for id in ("centred", "scaled")}
    options["neither"] = say("neurons.helps_neither")
    better = {id: every[id].condition / every["raw"].condition for id in ("centred", "scaled")}
    best = min(better, key=better.__getitem__)
    return Choice(say("neurons.ask_helps"), options, best if better[best] < 0.5 else "neither")


def _fewer(view: NeuronsView) -> Question:
    """How much does centring save?"""
    every = compared_of(view.inputs, view.inputs.key).descents
    both = [every[id].reached or view.inputs.updates for id in ("raw", "centred")]
    ratio = both[0] / max(both[1], 1)
    options = {name: say(f"neurons.fewer_{name}") for name in ("same", "some", "many")}
    right = "same" if ratio < 1.3 else "some" if ratio < 3 else "many"
    return Choice(say("neurons.ask_fewer"), options, right)


ASKS: SceneQuestions = {"signs": _signs, "helps": _helps, "fewer": _fewer}
