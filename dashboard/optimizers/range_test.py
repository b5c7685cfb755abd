"""The learning-rate range test beside the U-curve: one short training in place of many."""

from collections.abc import Sequence

import streamlit as st

from dashboard.core import job as core
from dashboard.core.chart import chart
from dashboard.core.controls import short
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.optimizers.choices import label
from dashboard.optimizers.figures import range_test as figures
from dashboard.optimizers.view import OptimView
from engine.runs.store import Run
from engine.topics.optimizers.races.race import BASE
from engine.topics.optimizers.races.range_test import EPOCHS, range_curves, range_test
from engine.topics.optimizers.races.views import u_curve
from engine.training.sweep import Sweep


def show(view: OptimView) -> None:
    """The test's own job, its curves, and both answers in one table."""
    base = view.base.with_("learning_rate", BASE.learning_rate).with_("optimizer", BASE.optimizer)
    work = range_test(base, view.optimizers, view.seeds)
    st.markdown(say("optimizers.range_test", epochs=EPOCHS))
    core.panel(
        work,
        "optim_range",
        say("optimizers.start"),
        lambda run: _draw(view, work, run),
        empty=say("optimizers.not_yet"),
        what=say("optimizers.range_what", networks=len(work.variants()), epochs=EPOCHS),
        alone=True,
    )


def _draw(view: OptimView, work: Sweep, run: Run) -> bool | None:
    history = store().history(work.key)
    curves = range_curves(work, history, int(run.facts.get("per_epoch", 1)))
    if not any(curve.lowest for curve in curves):
        return False
    unit = tr(work.base.loss.unit) or "–"
    title = say("optimizers.training_loss", unit=unit)
    chart(figures.growing(curves, y_title=title), "optim_range", say("optimizers.range_alt"))
    if run.state == "done":
        _table(view, [(one.optimizer, one.suggested, one.lowest) for one in curves])
    return None


def _table(view: OptimView, found: Sequence[tuple[str, float | None, float | None]]) -> None:
    """Suggested and best rates side by side; the best is known where the race has ended."""
    race = view.race()
    run = store().run(race.key)
    history = store().history(race.key) if run and run.state == "done" else {}
    rows = []
    for id, suggested, lowest in found:
        best = u_curve(race, history, id).best if history else None
        rows.append(
            {
                say("optimizers.optimizer"): label(id),
                say("optimizers.range_lowest"): short(lowest) if lowest else "–",
                say("optimizers.range_suggested"): short(suggested) if suggested else "–",
                say("optimizers.range_best"): short(best) if best else "–",
            }
        )
    st.dataframe(rows, hide_index=True, width="stretch", key="optim_range_table")
    st.caption(say("optimizers.range_key"))
