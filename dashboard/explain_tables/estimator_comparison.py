"""All estimators on the row that is shown, side by side: a job, as some take seconds."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.explain_tables import choices
from dashboard.explain_tables.explanation import asks
from dashboard.explain_tables.figures import estimator_comparison as figures
from dashboard.explain_tables.view import TablesView
from engine.topics.explain_tables.estimator_comparison import EstimatorComparison
from engine.topics.explain_tables.estimators import ESTIMATORS
from engine.topics.explain_tables.shapley.question import Question


def config(view: TablesView) -> EstimatorComparison:
    """The job of the page's settings."""
    return EstimatorComparison(**dict(asks(view)))


def show(view: TablesView, question: Question) -> None:
    """Marks of every estimator, what it took, and where it comes from."""
    st.markdown(f"#### {say('explain_tables.beside')}")
    work = config(view)
    job.panel(
        work,
        "tables_beside",
        say("explain_tables.beside_start"),
        lambda run: _draw(work, question),
        empty=say("explain_tables.beside_empty"),
        alone=not work.flat(),
        below=lambda run: choices.foot(question.fitted, work, run),
    )


def _draw(work: EstimatorComparison, question: Question) -> bool:
    arrays = store().last(work.key)
    if not arrays:
        return False
    found = {
        tr(member.about.label): np.asarray(arrays[id], np.float64)
        for id, member in ESTIMATORS.items()
        if id in arrays
    }
    chart(
        figures.estimates(found, question.fitted.features, tr(question.fitted.unit)),
        "tables_beside",
        say("explain_tables.beside_alt"),
    )
    st.dataframe(_took(work, question), hide_index=True, placeholder="–", key="tables_took")
    st.caption(say("explain_tables.beside_says"))
    return True


def _took(work: EstimatorComparison, question: Question) -> pd.DataFrame:
    """Error, seconds and rows asked of each; why, where one does not fit."""
    history = store().history(work.key)

    def last(series: str, id: str) -> float | None:
        name = f"{series}:{id}"
        return float(history[name][1][-1]) if name in history else None

    lines = []
    for id, member in ESTIMATORS.items():
        why = member().unfit(question.model)
        if not why and last("error", id) is None:
            continue
        lines.append(
            {
                say("explain_tables.estimator"): tr(member.about.label),
                say("explain_tables.error"): _short(last("error", id)),
                say("explain_tables.milliseconds"): _short(_times(last("seconds", id), 1000)),
                say("explain_tables.asked"): _short(last("asked", id)),
                say("explain_tables.note"): tr(why) or tr(member.about.summary),
            }
        )
    return pd.DataFrame(lines)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    if value and abs(value) < 1e-6:
        return "< 1e−6"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
