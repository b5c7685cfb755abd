"""Section 4: how right are the estimators on this prediction, and which axioms do they keep?"""

import numpy as np
import streamlit as st

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.explain_tables import choices
from dashboard.explain_tables.explanation import asks
from dashboard.explain_tables.figures import accuracy as accuracy_figures
from dashboard.explain_tables.figures import axioms as axioms_figures
from dashboard.explain_tables.figures.accuracy import Tried
from dashboard.explain_tables.view import TablesView
from engine.runs.store import Run, Series
from engine.topics.explain_tables.accuracy import Accuracy
from engine.topics.explain_tables.axioms import AXIOMS
from engine.topics.explain_tables.estimators import ESTIMATORS
from engine.topics.explain_tables.models import fitted

ORDER = 40
ID = "right"
OPENS = {Accuracy: ""}


def knobs(view: TablesView) -> None:
    """The prediction that is explained, how often; table and model."""
    for name in ("row", "seeds", "background", "background_seed"):
        control(TablesView, "tables", view, name)
    choices.model(view)


def show(view: TablesView) -> None:
    """Errors as estimators ask more, the spread over seeds, and the four axioms."""
    config = Accuracy(**dict(asks(view)), seeds=view.seeds)
    job.panel(
        config,
        "tables_right",
        say("explain_tables.right_start"),
        lambda run: _draw(config, run),
        empty=say("explain_tables.right_empty"),
        alone=not config.flat(),
        below=lambda run: choices.foot(fitted(config.model), config, run),
    )


def _draw(config: Accuracy, run: Run) -> bool:
    history = store().history(config.key)
    if not history:
        return False
    unit, scale = tr(fitted(config.model).unit), float(run.facts.get("scale", 1.0))
    reference = str(run.facts.get("reference", "exact"))
    tried = {
        tr(ESTIMATORS[id].about.label): _tried(history, id)
        for id in ESTIMATORS
        if f"error:{id}" in history
    }
    if tried:
        st.markdown(f"#### {say('explain_tables.shapley_errors')}")
        st.markdown(say(f"explain_tables.against_{reference}"))
        figure = accuracy_figures.errors(tried, scale, _exact(run), unit)
        chart(figure, "tables_accuracy", say("explain_tables.errors_alt"))
        st.caption(say("explain_tables.errors_says", seeds=config.seeds))
    if run.state == "done":
        _spread(config, list(tried), unit)
    st.markdown(f"#### {say('explain_tables.axioms')}")
    _axioms(history, scale)
    return True


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
    st.markdown(f"#### {say('explain_tables.spread')}")
    level = st.select_slider(
        say("explain_tables.level"),
        range(levels),
        key="tables_level",
        format_func=lambda i: say(f"explain_tables.level_{min(i, 3)}"),
    )
    values = {
        say(
            "explain_tables.with_samples",
            label=tr(member.about.label),
            samples=member.ladder[level],
        ): weights[f"values/{id}"].numpy()[level * config.seeds : (level + 1) * config.seeds]
        for id, member in drawn.items()
    }
    features = fitted(config.model).features
    chart(
        accuracy_figures.spread(
            values,
            weights["reference"].numpy(),
            features,
            unit,
            [tried.index(tr(member.about.label)) for member in drawn.values()],
        ),
        "tables_spread",
        say("explain_tables.shapley_spread_alt"),
    )
    st.caption(say("explain_tables.shapley_spread_says", seeds=config.seeds))


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
    labels = [tr(ESTIMATORS[id].about.label) for id in found]
    names = [say(f"explain_tables.axiom_{axiom}") for axiom in AXIOMS]
    chart(
        axioms_figures.axioms(residuals / (scale or 1.0), labels, names),
        "tables_axioms",
        say("explain_tables.axioms_alt"),
    )
    st.caption(say("explain_tables.axioms_says"))
