"""Section 7: when do units die, and what brings them back? Over seeds, never by luck."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.activations.figures import dead as dead_figures
from dashboard.activations.figures import runs as runs_figures
from dashboard.activations.squares import table
from dashboard.activations.view import ActView
from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.controls import few_first
from dashboard.core.frames import step_shown
from dashboard.core.judged import say_proof
from dashboard.core.runtime import store
from dashboard.core.verdict import rule, sentences
from dashboard.core.words import say
from engine.runs.store import Run, Series
from engine.statistics import compare
from engine.topics.activations.dead_units import ARMS, DeadUnits
from engine.training.fairness import proofs

ORDER = 70
OPENS = {DeadUnits: "dead."}

FEW = ("data", "bias", "width", "slope", "switch", "learning_rate", "steps", "seeds")
SERIES = ("dead1", "dead2", "loss", "gradient")


def knobs(view: ActView) -> None:
    """Bias, slope and switch first; the rest folded."""
    names = [name for name in view.knobs() if name.startswith("dead.")]
    few = [n for n in names if n.split(".")[1] in FEW and not n.startswith("dead.data.")]
    few_first(ActView, "act", view, few, [name for name in names if name not in few])


def show(view: ActView) -> None:
    """Both arms over time with the switch marked, and which units are dead at a moment."""
    config = view.dead
    job.panel(
        config,
        "act_dead",
        say("activations.train_many", networks=2 * config.seeds),
        lambda run: _draw(config, run),
        empty=say("activations.dead_empty", networks=2 * config.seeds),
        again="job.train_again",
        alone=not config.flat(),
        when="job.trained",
    )


def _draw(config: DeadUnits, run: Run) -> bool:
    steps = store().frame_steps(config.key)
    if not steps:
        return False
    history = store().history(config.key)
    st.markdown(_says(config, run, history))
    step = step_shown(config.key, steps, run.active)
    shown: dict[str, dict[str, NDArray]] = {}
    updates = np.array([], np.int64)
    for series in SERIES:
        kinds = {}
        for arm in range(len(ARMS)):
            runs = range(arm * config.seeds, (arm + 1) * config.seeds)
            updates, kinds[say(f"activations.arm{arm}")] = table(history, series, runs)
        shown[say(f"activations.{series}_axis")] = kinds
    share = {say(f"activations.{name}_axis"): (-0.03, 1.03) for name in ("dead1", "dead2")}
    figure = runs_figures.panels(
        "act_dead_curves",
        shown,
        updates,
        steps=config.steps,
        switch=(config.switch_step, say("activations.switch")),
        at=None if run.active else step,
        limits=share,
        each=230,
    )
    chart(figure, "act_dead_curves", say("activations.dead_alt"))
    st.caption(say("activations.spread", seeds=config.seeds))
    lost = int(history["diverged"][1][-1]) if "diverged" in history else 0
    if lost:
        whole = len(ARMS) * config.seeds
        st.warning(say("activations.diverged", lost=lost, runs=whole), icon=":material/warning:")
    say_proof(proofs(run.facts, config.seeds), config.seed)
    arrays = store().frame(config.key, step)
    st.markdown(f"#### {say('activations.which_dead', step=f'{step:,}')}")
    labels = [say(f"activations.arm{arm}") for arm in range(len(ARMS))]
    chart(
        dead_figures.units(arrays["dead"], labels, config.seeds),
        "act_dead_units",
        say("activations.dead_units_alt"),
    )
    return True


def _says(config: DeadUnits, run: Run, history: Series) -> str:
    """Shares of dead units at the start, at the switch and at the end, and what it costs."""

    def mean(series: str, arm: int, step: int) -> float:
        runs = range(arm * config.seeds, (arm + 1) * config.seeds)
        updates, values = table(history, series, runs)
        at = int(np.searchsorted(updates, step, side="right")) - 1
        return float(np.nanmean(values[:, at])) if at >= 0 else float("nan")

    def both(arm: int, step: int) -> str:
        return say(
            "activations.layers_dead",
            first=f"{mean('dead1', arm, step):.0%}",
            second=f"{mean('dead2', arm, step):.0%}",
        )

    text = say("activations.dead_start", bias=f"{config.bias:g}", dead=both(0, 0))
    if run.state != "done":
        return text
    text += " " + say(
        "activations.dead_end", stays=both(0, config.steps), leaks=both(1, config.steps)
    )
    ends = [
        [run.summary.get(f"loss:{arm * config.seeds + i}", np.nan) for i in range(config.seeds)]
        for arm in range(len(ARMS))
    ]
    if config.seeds < 2 or not np.isfinite(ends).any(1).all():
        return text
    comparison = compare(ends, ratio=True)
    labels = [say(f"activations.arm{arm}") for arm in range(len(ARMS))]
    verdict = [*sentences(comparison, labels), rule(comparison)]
    return f"{text} {say('activations.dead_loss')} {' '.join(verdict)}"
