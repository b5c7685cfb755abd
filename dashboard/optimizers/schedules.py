"""Section 5: how do schedules change the learning rate, and what does a training make of it?"""

import numpy as np
import streamlit as st

from dashboard.core import link
from dashboard.core.chart import chart
from dashboard.core.controls import checked
from dashboard.core.verdict import beats
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.bands import of_sweep
from dashboard.optimizers.figures import race as race_figures
from dashboard.optimizers.figures import schedule as schedule_figures
from dashboard.optimizers.figures.race import Entry
from dashboard.optimizers.panel import job
from dashboard.optimizers.view import OptimView
from engine.optim.schedules import SCHEDULES
from engine.runs.store import Run, Series
from engine.statistics import paired
from engine.topics.optimizers.races.figures import updates_per_epoch
from engine.topics.optimizers.races.schedule_curves import all_factors, factors
from engine.topics.optimizers.races.views import Band
from engine.training.sweep import Sweep

ORDER = 50
SHARED = ("schedule", "data", "model.hidden", "optimizer", "learning_rate", "batch_size", "epochs")


def knobs(view: OptimView) -> None:
    choices.schedules(view)
    choices.network(view, SHARED)
    choices.knobs(view, "seeds")


def show(view: OptimView) -> None:
    """All schedules on one axis, then trainings that differ in the schedule alone."""
    base = view.base
    per_epoch = updates_per_epoch(len(base.prepared().train.x), base.batch_size)
    steps = per_epoch * base.epochs
    turned = base.schedule != type(base.schedule)() or base.schedule.id not in view.scheduled
    own = None
    if turned:
        name = say("optimizers.own_schedule", name=tr(base.schedule.about.label))
        own = (name, factors(base.schedule, steps, per_epoch))
    figure = schedule_figures.schedules(
        all_factors(steps, per_epoch),
        own=own,
        rate=base.learning_rate,
        per_epoch=per_epoch,
        strong=view.scheduled,
    )
    chart(figure, "optim_schedules", say("optimizers.schedules_alt"))
    st.caption(say("optimizers.schedules_key", rate=f"{base.learning_rate:g}", steps=f"{steps:,}"))
    work = checked(view.by_schedule)
    if work is None:
        for sentence in link.notes():
            st.warning(tr(sentence), icon=":material/info:")
        return
    what = say(
        "optimizers.sweep_what",
        networks=len(work.variants()),
        schedules=len(work.values),
        seeds=work.seeds,
        optimizer=tr(base.optimizer.about.label),
    )
    auto = work.key == OptimView().by_schedule().key
    job(work, lambda run, history: _effect(work, run, history), what, auto=auto)
    with st.expander(say("optimizers.formulas"), key="optim_formulas"):
        for about in (schedule.about for schedule in SCHEDULES.values()):
            st.markdown(f"**{tr(about.label)}.** {tr(about.summary)}")
            st.latex(about.formula)
            st.caption(f"[{about.source}]({about.url})" if about.url else about.source)


def _effect(work: Sweep, run: Run, history: Series) -> None:
    """Validation loss under each schedule, and whether it differs from a constant rate."""
    bands = {id: of_sweep(work, history, id, "validation_loss") for id in work.values}
    if not any(band.x.size for band in bands.values()):
        st.info(say("optimizers.no_curve"))
        return
    entries = [
        Entry(
            tr(SCHEDULES[id].about.label),
            band,
            schedule_figures.colour_of(id),
            schedule_figures.dash_of(id),
        )
        for id, band in bands.items()
    ]
    figure = race_figures.race(
        entries,
        name="by_schedule",
        x_title=say("optimizers.epochs"),
        y_title=say("optimizers.validation_loss", unit=tr(work.base.loss.unit) or "–"),
        per=float(run.facts.get("per_epoch", 1)),
        end=float(work.base.epochs),
    )
    chart(figure, "optim_schedule_race", say("optimizers.race_alt"))
    _verdicts(bands)
    facts = run.facts
    shared = {facts.get(f"weights_hash:{i * work.seeds}") for i in range(len(work.values))}
    if len(shared) == 1 and None not in shared:
        text = say(
            "optimizers.hash",
            seed=work.base.seed,
            weights=facts["weights_hash:0"],
            order=facts["order_hash:0"],
        )
        st.caption(say("optimizers.shared_schedules", runs=text))


def _verdicts(bands: dict[str, Band]) -> None:
    """Each schedule against a constant rate, seed by seed, where both are alive."""
    constant = bands.get("constant")
    if constant is None or constant.runs.shape[0] < 2 or not constant.runs.size:
        return
    for id, band in bands.items():
        if id == "constant" or band.runs.shape != constant.runs.shape:
            continue
        ends, before = band.runs[:, -1], constant.runs[:, -1]
        both = np.isfinite(ends) & np.isfinite(before)
        if both.sum() < 2:
            continue
        better, worse = (
            ("constant", id) if before[both].mean() < ends[both].mean() else (id, "constant")
        )
        last = {"constant": before[both].tolist(), id: ends[both].tolist()}
        verdict = paired(last[worse], last[better])
        st.markdown(
            beats(tr(SCHEDULES[better].about.label), tr(SCHEDULES[worse].about.label), verdict)
        )
