"""Section 1: what does gradient descent do to a single weight?"""

import numpy as np
import streamlit as st

from dashboard.core.ask import Asks, Number, Question
from dashboard.core.chart import chart
from dashboard.core.words import say
from dashboard.optimizers import choices
from dashboard.optimizers.figures import weight as figures
from dashboard.optimizers.view import OptimView
from engine.topics.optimizers.walks.one_weight import Descent, OneWeight, descend

ORDER = 10


def knobs(view: OptimView) -> None:
    choices.part(view, "weight", ("learning_rate", "w", "x", "y", "steps"))


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
    _say(config, found)
    st.dataframe(
        {
            say("optimizers.step"): np.arange(len(found.weight)),
            say("optimizers.weight"): found.weight,
            say("optimizers.prediction"): found.prediction,
            say("optimizers.loss"): found.loss,
            say("optimizers.slope"): found.gradient,
            say("optimizers.next"): np.append(found.weight[1:], np.nan),
        },
        hide_index=True,
        width="stretch",
        height=300,
        key="optim_table",
    )


def _say(config: OneWeight, found: Descent) -> None:
    """The first step with its numbers, and what becomes of the walk."""
    st.latex(
        rf"w_1 = w_0 - \eta \cdot 2\,(w_0 x - y)\,x = {config.w:g} - {config.learning_rate:g} "
        rf"\cdot ({found.gradient[0]:.4g}) = {found.weight[1]:.4g}"
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


def _limit(view: OptimView) -> Question:
    found = descend(view.weight)
    sentence = say("optimizers.ask_limit", x=f"{view.weight.x:g}", y=f"{view.weight.y:g}")
    return Number(sentence, 0, 10, found.limit, found.limit / 10)


ASKS: Asks = {"limit": _limit}
