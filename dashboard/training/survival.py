"""Which learning rates does this seed survive? Runs over rates, answered in one sentence."""

from typing import NamedTuple

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import short
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say
from dashboard.training.setting import sweep_of
from dashboard.training.view import View
from engine.runs.store import EMPTY, Series
from engine.training.config import TrainConfig
from engine.training.seeds import LOSS
from engine.training.sweep import Sweep

RATES = View(
    compare="sweep",
    vary="learning_rate",
    values=("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10"),
    seeds=1,
)


class Fates(NamedTuple):
    """Learning rates by what became of them, each list from the lowest."""

    learn: list[float]  # all seeds end better than they began
    worse: list[float]  # some ends no better than it began
    break_: list[float]  # some left the finite numbers


def find(config: TrainConfig) -> None:
    """From a button: show the sweep over rates, and begin it."""
    link.write(View, RATES)
    if (sweep := sweep_of(config, RATES)) is not None:
        jobs().submit(sweep)


def fates(sweep: Sweep, history: Series) -> Fates:
    """What became of each rate of a sweep over learning rates that has ended."""
    found = Fates([], [], [])
    for text, members in zip(sweep.values, sweep.members(), strict=True):
        rate = float(text)
        curves = [history.get(f"{LOSS}:{run}", EMPTY)[1] for run in members]
        if any(f"died:{run}" in history for run in members):
            found.break_.append(rate)
        elif all(len(curve) > 1 and curve[-1] < curve[0] for curve in curves):
            found.learn.append(rate)
        else:
            found.worse.append(rate)
    return Fates(*map(sorted, found))


def answer(sweep: Sweep) -> None:
    """The sentence, once all have ended, and the largest rate that learns to be used."""
    run = store().run(sweep.key)
    if sweep.vary != "learning_rate" or run is None or run.state != "done":
        return
    found = fates(sweep, store().history(sweep.key))
    parts = [
        say(f"training.rates_{name.rstrip('_')}", rates=", ".join(map(short, rates)))
        for name, rates in found._asdict().items()
        if rates
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(" ".join(parts))
        if not found.learn:
            return
        best = found.learn[-1]

        def use() -> None:
            link.write(TrainConfig, sweep.base.with_("learning_rate", best))
            link.write(View, View())

        st.button(say("training.use_rate", rate=short(best)), key="lab_use_rate", on_click=use)
