"""Section 7: does it matter in which order the pixels come?"""

import numpy as np
import streamlit as st

from dashboard.core import job
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.ladder import paint
from dashboard.ladder.figures import exact as figures
from dashboard.ladder.view import LadderView
from engine.autoregressive.orders import ORDERS
from engine.runs.shipped import put_shipped
from engine.runs.store import Run, Series
from engine.topics.ladder.work import LOTTERY, NAMED, OrderLottery

ORDER = 70
OPENS = {OrderLottery: "lottery."}


def knobs(view: LadderView) -> None:
    """The source, the model and its training."""
    paint.source(view, "lottery")
    for name in ("rung", "examples", "seed"):
        control(LadderView, "ladder", view, f"lottery.{name}")


def show(view: LadderView) -> None:
    """Every order's bits, and two ways to average over orders."""
    st.markdown(say("ladder.orders_question"))
    paint.own(view, "lottery")
    job.panel(
        view.lottery,
        "ladder_orders",
        say("ladder.draw_lots"),
        _draw,
        empty=say("ladder.not_yet"),
        what=say("ladder.orders_what", count=len(NAMED) + LOTTERY),
        share=lambda: job.share_of(view.lottery),
    )


def _draw(run: Run) -> bool | None:
    history = store().history(run.key)
    if "cross" not in history:
        return False
    entropy = float(run.facts["entropy"])
    above = np.asarray(history["cross"][1], float) - entropy
    named, drawn = above[: len(NAMED)], above[len(NAMED) :]
    labels = [tr(ORDERS[id].about.label) for id in NAMED[: len(named)]]
    average = {
        name: np.asarray(history[f"cross_{name}"][1], float) - entropy
        for name in ("mixture", "logits")
        if f"cross_{name}" in history
    }
    left, right = st.columns([3, 2], gap="medium")
    with left:
        figure = figures.lottery(labels, named, drawn, average.get("mixture", drawn[:0]))
        chart(figure, "ladder_lottery", say("ladder.lottery_alt"))
    with right:
        if len(drawn) > 1:
            sums = np.asarray(history["total_logits"][1], float)
            chart(
                figures.no_average(average["logits"], sums),
                "ladder_logits",
                say("ladder.logits_alt"),
            )
    if run.state == "done":
        _verdict(history, above, entropy)
    return None


def _verdict(history: Series, above: np.ndarray, entropy: float) -> None:
    """The lottery's spread, the average that is one, and the average that is none."""
    drawn = above[len(NAMED) :]
    mixture = float(history["cross_mixture"][1][-1]) - entropy
    total = float(history["total_mixture"][1][-1])
    st.info(
        say(
            "ladder.lottery_told",
            count=len(drawn),
            low=f"{drawn.min():.3f}",
            middle=f"{np.median(drawn):.3f}",
            high=f"{drawn.max():.3f}",
            best=tr(ORDERS[NAMED[int(above[: len(NAMED)].argmin())]].about.label),
            mixture=f"{mixture:.3f}",
            total=f"{total:.6f}",
        ),
        icon=":material/verified:",
    )
    logits, sum_ = (float(history[f"{name}_logits"][1][-1]) for name in ("cross", "total"))
    st.error(
        say(
            "ladder.logits_below" if logits < entropy else "ladder.logits_above",
            bits=f"{abs(logits - entropy):.2f}",
            total=f"{sum_:.2f}",
        ),
        icon=":material/gavel:",
    )


def _average(view: LadderView) -> Question | None:
    """What does averaging p(x) over orders do to the bits?"""
    put_shipped(store(), view.lottery)
    run = store().run(view.lottery.key)
    if run is None or run.state != "done":
        return None
    history = store().history(run.key)
    drawn = np.asarray(history["cross"][1], float)[len(NAMED) :]
    mixture = float(history["cross_mixture"][1][-1])
    right = "best" if mixture < drawn.min() else "mean" if mixture < drawn.max() else "worse"
    options = {name: say(f"ladder.average_is_{name}") for name in ("best", "mean", "worse")}
    return Choice(say("ladder.ask_average"), options, right)


ASKS: SceneQuestions = {"average": _average}
