"""Section 4: how right are the estimators on this prediction, and which axioms do they keep?"""

import numpy as np
import streamlit as st

from dashboard import job
from dashboard.chart import chart
from dashboard.controls import control
from dashboard.figures import tables_accuracy, tables_axioms
from dashboard.figures.tables_accuracy import Tried
from dashboard.live import live
from dashboard.runtime import store
from dashboard.tables import choose
from dashboard.tables.told import asks
from dashboard.tables.view import TablesView
from dashboard.words import say
from engine.explain.tables.accuracy import Accuracy
from engine.explain.tables.axioms import AXIOMS
from engine.explain.tables.estimators import ESTIMATORS
from engine.explain.tables.models import fitted
from engine.store import Run, Series


def knobs(view: TablesView) -> None:
    """The prediction that is explained, how often; table and model."""
    for name in ("row", "seeds", "background", "background_seed"):
        control(TablesView, "tables", view, name)
    choose.model(view)


def show(view: TablesView) -> None:
    """Errors as estimators ask more, the spread over seeds, and the four axioms."""
    config = Accuracy(**dict(asks(view)), seeds=view.seeds)
    job.by_itself(config, at_defaults=not config.flat())
    live(lambda: _draw(view, config), active=job.active(config), every=0.8)


def _draw(view: TablesView, config: Accuracy) -> bool:
    run = job.bar(config, "tables_right", say("shapley.right_start"))
    moving = bool(run and run.active)
    history = store().history(config.key) if run else {}
    if not run or not history:
        st.info(say("shapley.right_empty"))
        choose.foot(view, fitted(config.model))
        return moving
    unit, scale = fitted(config.model).unit, float(run.facts.get("scale", 1.0))
    reference = str(run.facts.get("reference", "exact"))
    tried = {
        ESTIMATORS[id].about.label: _tried(history, id)
        for id in ESTIMATORS
        if f"error:{id}" in history
    }
    if tried:
        st.markdown(f"#### {say('shapley.errors')}")
        st.markdown(say(f"shapley.against_{reference}"))
        figure = tables_accuracy.errors(tried, scale, _exact(run), unit)
        chart(figure, "tables_accuracy", say("shapley.errors_alt"))
        st.caption(say("shapley.errors_says", seeds=config.seeds))
    if run.state == "done":
        _spread(config, list(tried), unit)
    st.markdown(f"#### {say('shapley.axioms')}")
    _axioms(history, scale)
    job.foot(config, run, config.model.seed)
    return moving


def _tried(history: Series, id: str) -> Tried:
    columns = (np.asarray(history[f"{name}:{id}"][1], np.float64) for name in Tried._fields)
    return Tried(*columns)


def _exact(run: Run) -> tuple[float, float] | None:
    """Rows and seconds that all coalitions took, where they were asked."""
    if "exact_asked" not in run.facts:
        return None
    return float(run.facts["exact_asked"]), float(run.facts["exact_seconds"])


def _spread(config: Accuracy, tried: list[str], unit: str) -> None:
    """Every seed of the estimators that draw, at one of four levels of work; `tried` are the
    labels in the chart above, whose colours they keep."""
    weights = store().load(config.key, "weights")
    if weights is None:
        return
    drawn = {id: e for id, e in ESTIMATORS.items() if e.drawn and f"values/{id}" in weights}
    levels = max((len(member.ladder) for member in drawn.values()), default=0)
    if not levels:
        return
    st.markdown(f"#### {say('shapley.spread')}")
    level = st.select_slider(
        say("shapley.level"),
        range(levels),
        key="tables_level",
        format_func=lambda i: say(f"shapley.level_{min(i, 3)}"),
    )
    values = {
        say(
            "shapley.with_samples", label=member.about.label, samples=member.ladder[level]
        ): weights[f"values/{id}"].numpy()[level * config.seeds : (level + 1) * config.seeds]
        for id, member in drawn.items()
    }
    features = fitted(config.model).features
    chart(
        tables_accuracy.spread(
            values,
            weights["reference"].numpy(),
            features,
            unit,
            [tried.index(member.about.label) for member in drawn.values()],
        ),
        "tables_spread",
        say("shapley.spread_alt"),
    )
    st.caption(say("shapley.spread_says", seeds=config.seeds))


def _axioms(history: Series, scale: float) -> None:
    found = [id for id in ESTIMATORS if any(f"axiom/{axiom}:{id}" in history for axiom in AXIOMS)]
    residuals = np.array(
        [
            [
                float(history[name][1][-1])
                if (name := f"axiom/{axiom}:{id}") in history
                else np.nan
                for axiom in AXIOMS
            ]
            for id in found
        ]
    )
    labels = [ESTIMATORS[id].about.label for id in found]
    names = [say(f"shapley.axiom_{axiom}") for axiom in AXIOMS]
    chart(
        tables_axioms.axioms(residuals / (scale or 1.0), labels, names),
        "tables_axioms",
        say("shapley.axioms_alt"),
    )
    st.caption(say("shapley.axioms_says"))
