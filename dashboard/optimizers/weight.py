"""Section 1: what does gradient descent do to a single weight?"""

import numpy as np
import streamlit as st

from dashboard.core import export
from dashboard.core.ask import Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.words import say
from dashboard.optimizers import choices
from dashboard.optimizers.figures import weight as figures
from dashboard.optimizers.view import OptimView
from engine.topics.optimizers.walks.one_weight import Descent, OneWeight, descend, typed

ORDER = 10


def knobs(view: OptimView) -> None:
    choices.part(
        view,
        "weight",
        ("learning_rate", "w", *(() if view.weight.loss else ("x", "y")), "steps", "loss"),
    )


def show(view: OptimView) -> None:
    """Parabola and stable rates side by side, the sentence, and the table."""
    config = view.weight
    found = descend(config)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chart(
            lambda: figures.parabola(config, found),
            "optim_parabola",
            say("optimizers.parabola_alt"),
            of=(config.key,),
        )
    with right:
        chart(
            lambda: figures.stability(config, found),
            "optim_stable",
            say("optimizers.stable_alt"),
            of=(config.key,),
        )
    drawn, steps = figures.in_picture(config, found), len(found.weight)
    if drawn < steps:
        st.caption(say("optimizers.out_of_picture", drawn=drawn - 1, steps=steps - 1))
    _say(config, found)
    own = bool(config.loss)
    table = {
        say("optimizers.step"): np.arange(len(found.weight)),
        say("optimizers.weight"): found.weight,
        **({} if own else {say("optimizers.prediction"): found.prediction}),
        say("optimizers.own_loss" if own else "optimizers.loss"): found.loss,
        say("optimizers.own_slope" if own else "optimizers.slope"): found.gradient,
        say("optimizers.next"): np.append(found.weight[1:], np.nan),
    }
    st.dataframe(table, hide_index=True, width="stretch", height=300, key="optim_table")
    said = say("export.by_formula", key=config.key)
    export.foot(said, more=lambda: export.numbers("one-weight", config.key, lambda: table))


def _say(config: OneWeight, found: Descent) -> None:
    """The first step with its numbers, and what becomes of the walk."""
    if config.loss:
        st.latex(
            rf"L(w) = {typed(config.loss).latex()}, \qquad w_1 = w_0 - \eta\, L'(w_0) = "
            rf"{config.w:g} - {config.learning_rate:g} \cdot ({found.gradient[0]:.4g}) = "
            rf"{found.weight[1]:.4g}"
        )
        _ended(config, found)
        return
    st.latex(
        rf"w_1 = w_0 - \eta \cdot 2\,(w_0 x - y)\,x = {config.w:g} - {config.learning_rate:g} "
        rf"\cdot ({found.gradient[0] + 0.0:.4g}) = {found.weight[1]:.4g}"
    )
    verdict = {
        "converges": "success",
        "ping-pong": "warning",
        "diverges": "error",
        "stands still": "info",
    }[found.verdict]
    getattr(st, verdict)(
        say(
            f"optimizers.{found.verdict.replace('-', '_').replace(' ', '_')}",
            factor=f"{found.factor:.4g}",
            limit=f"{found.limit:.4g}",
            curvature=f"{found.curvature:.4g}",
            rate=f"{config.learning_rate:g}",
        )
    )


def _ended(config: OneWeight, found: Descent) -> None:
    """What became of the walk on a typed loss, and what its minimum allows."""
    text = say(
        f"optimizers.own_{found.verdict.replace(' ', '_')}",
        steps=config.steps,
        weight=f"{found.weight[-1]:.4g}",
    )
    if np.isfinite(found.best):
        text += " " + say(
            "optimizers.own_limit",
            best=f"{found.best:.4g}",
            curvature=f"{found.curvature:.4g}",
            limit=f"{found.limit:.4g}",
            factor=f"{found.factor:.4g}",
        )
    draw = {"converges": st.success, "diverges": st.error}.get(found.verdict, st.info)
    draw(text)


def _limit(view: OptimView) -> Question:
    found = descend(view.weight)
    sentence = say("optimizers.ask_limit", x=f"{view.weight.x:g}", y=f"{view.weight.y:g}")
    return Number(sentence, 0, 10, found.limit, found.limit / 10)


def _rest(view: OptimView) -> Question | None:
    """Where does the weight come to rest?"""
    found = descend(view.weight)
    if found.verdict != "converges":
        return None
    low, high = (float(edge(found.weight)) for edge in (np.min, np.max))
    reach = high - low
    sentence = say("optimizers.ask_rest", w=f"{view.weight.w:g}", steps=view.weight.steps)
    return Number(sentence, low - reach, high + reach, float(found.weight[-1]), reach / 20)


ASKS: SceneQuestions = {"limit": _limit, "rest": _rest}
