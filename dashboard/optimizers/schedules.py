"""Section 5: how do schedules change the learning rate, and what does a training make of it?"""

import streamlit as st

from dashboard.core import link
from dashboard.core.chart import chart
from dashboard.core.controls import checked
from dashboard.core.judged import judged, say_proof
from dashboard.core.words import say, tr
from dashboard.language.called import member
from dashboard.optimizers import choices
from dashboard.optimizers.figures import race as race_figures
from dashboard.optimizers.figures import schedule as schedule_figures
from dashboard.optimizers.figures.race import Entry
from dashboard.optimizers.panel import job
from dashboard.optimizers.view import OptimView
from engine.optim.schedules import SCHEDULES
from engine.runs.store import Run, Series
from engine.statistics import compare
from engine.topics.optimizers.races.figures import updates_per_epoch
from engine.topics.optimizers.races.schedule_curves import all_factors, factors
from engine.training.fairness import proofs
from engine.training.seeds import LOSS, band, worst_of
from engine.training.sweep import Sweep

ORDER = 50
SHARED = ("data", "model.hidden", "optimizer", "learning_rate", "batch_size", "epochs")


def knobs(view: OptimView) -> None:
    choices.schedules(view)
    choices.network(view, SHARED)
    choices.knobs(view, "seeds")


def show(view: OptimView) -> None:
    """All schedules on one axis, then trainings that differ in the schedule alone."""
    base = view.base
    per_epoch = updates_per_epoch(len(base.prepared().train.x), base.batch_size)
    steps = per_epoch * base.epochs
    own = None
    if base.schedule.spelled not in view.scheduled:
        name = say("optimizers.own_schedule", name=member(base.schedule))
        own = (name, factors(base.schedule, steps, per_epoch))
    looks = schedule_figures.looks(view.scheduled)
    compared = [
        (look, factors(SCHEDULES.parse(text), steps, per_epoch)) for text, look in looks.items()
    ]
    others = {id: values for id, values in all_factors(steps, per_epoch).items() if id not in looks}
    figure = schedule_figures.schedules(
        compared, others, own=own, rate=base.learning_rate, per_epoch=per_epoch
    )
    chart(figure, "optim_schedules", say("optimizers.schedules_alt"))
    key = say("optimizers.schedules_key", rate=f"{base.learning_rate:g}", steps=f"{steps:,}")
    st.caption(f"{key} {say('optimizers.own_key')}" if own else key)
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
    """Validation loss under each schedule, and whether they differ by more than the seed does."""
    worst = worst_of(history, LOSS, range(len(work.values) * work.seeds))
    bands = [band(history, LOSS, members, worst) for members in work.members()]
    if not any(one.x.size for one in bands):
        st.info(say("optimizers.no_curve"))
        return
    looks = schedule_figures.looks(work.values)
    names = [look.label for look in looks.values()]
    entries = [
        Entry(look.label, one, look.colour, look.dash)
        for look, one in zip(looks.values(), bands, strict=True)
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
    st.caption(say("verdict.band", seeds=work.seeds))
    alive = [(name, one) for name, one in zip(names, bands, strict=True) if one.alive]
    if work.seeds < 2:
        st.caption(say("optimizers.one_seed"))
    elif len(work.values) < 2:
        st.caption(say("optimizers.one_schedule"))
    elif alive:
        judged(
            compare([one.finals for _, one in alive], ratio=True, worst=worst),
            [name for name, _ in alive],
            "optim_schedule_forest",
            done=run.state == "done",
            died=any(one.died for one in bands),
        )
    say_proof(proofs(run.facts, work.seeds), work.base.seed)
