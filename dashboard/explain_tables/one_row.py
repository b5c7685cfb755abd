"""Section 2: why this answer? What each feature adds, and what if it were another."""

import numpy as np
import streamlit as st

from dashboard.core import link
from dashboard.core.chart import chart
from dashboard.core.choices import held
from dashboard.core.controls import control
from dashboard.core.words import say, tr
from dashboard.explain_tables import choices, estimator_comparison, shapley_sum
from dashboard.explain_tables.explanation import RowExplanation, asked, labels, worst
from dashboard.explain_tables.figures import force as force_figures
from dashboard.explain_tables.figures import waterfall as waterfall_figures
from dashboard.explain_tables.fragment import alone
from dashboard.explain_tables.view import TablesView
from dashboard.explain_tables.what_if import plain, sliders
from engine.topics.explain_tables.estimator_comparison import EstimatorComparison
from engine.topics.explain_tables.shapley.question import Question

ORDER = 20
ID = "one"
OPENS = {EstimatorComparison: ""}


def knobs(view: TablesView) -> None:
    """Which row, against which background; table and model."""
    question, _ = asked(view)
    _row(view, question)
    for name in ("background", "background_seed"):
        control(TablesView, "tables", view, name)
    choices.model(view)


def show(view: TablesView) -> None:
    """What-if widgets beside the waterfall; the sum written out; all estimators side by side."""
    alone(view, ("what", "column"), _follow)


def _follow(view: TablesView) -> None:
    question, explanation = asked(view)
    st.markdown(_says(question, explanation))
    left, right = st.columns([2, 5], gap="medium")
    with left:
        _reset(view)
        sliders(view, question)
    with right:
        names, unit = labels(question), tr(question.fitted.unit)
        chart(
            waterfall_figures.waterfall(explanation.values, explanation.base, names, unit),
            "tables_waterfall",
            say("explain_tables.waterfall_alt"),
        )
        chart(
            force_figures.force(explanation.values, explanation.base, names, unit),
            "tables_force",
            say("explain_tables.force_alt"),
        )
        st.caption(_how(question, explanation))
    shapley_sum.show(view, question, explanation)
    estimator_comparison.show(view, question)


def _row(view: TablesView, question: Question) -> None:
    """The row by number, and buttons for those worth a look; another row is asked as it is."""

    def go(row: int) -> None:
        link.write(TablesView, view.model_copy(update={"row": row, "what": ()}))

    held(
        st.number_input,
        "tables_row",
        say("explain_tables.row"),
        question.number,
        go,
        0,
        len(question.fitted.table.x) - 1,
        help=say("explain_tables.row_help"),
    )
    with st.container(horizontal=True):
        for id, row in worst(question).items():
            st.button(
                say(f"explain_tables.pick_{id}"), key=f"tables_pick_{id}", on_click=go, args=(row,)
            )


def _reset(view: TablesView) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {say('explain_tables.what_if')}")
        st.button(
            say("explain_tables.reset"),
            icon=":material/undo:",
            key="tables_what_reset",
            disabled=not view.what,
            on_click=lambda: link.write(TablesView, view.model_copy(update={"what": ()})),
        )


def _says(question: Question, explanation: RowExplanation) -> str:
    """The prediction, the truth, the base, and what is to be shared out."""
    model, row = question.fitted, question.number
    table = model.table
    changed = not np.array_equal(question.row, question.original)
    values = {
        "row": f"{row:,}",
        "answer": _number(explanation.answer),
        "unit": plain(tr(model.unit)),
        "base": _number(explanation.base),
        "gap": _number(explanation.answer - explanation.base, sign=True),
        "features": len(question.row),
        "probability": "",
        "truth": _truth(question),
    }
    if table.classes and model.config.output == "score":
        chance = model.probabilities(question.row[None])[0, model.answer]
        values["probability"] = say("explain_tables.chance", p=_percent(chance))
    if not changed:
        return say("explain_tables.says", **values)
    before = float(model.predict(question.original[None])[0])
    return say("explain_tables.says_changed", before=_number(before), **values)


def _truth(question: Question) -> str:
    table, truth = question.fitted.table, question.fitted.table.y[question.number]
    return plain(tr(table.classes[int(truth)]) if table.classes else f"{truth:.4g}")


def _number(value: float, sign: bool = False) -> str:
    return f"{value:{'+' if sign else ''}.3g}".replace("-", "−")


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return tr("below 0.1 %")
    return tr("above 99.9 %") if 0.999 < share < 1 else f"{share:.1%}"


def _how(question: Question, explanation: RowExplanation) -> str:
    """Which estimator follows the slider, and what it asked."""
    residual = abs(float(explanation.values.sum() + explanation.base - explanation.answer))
    size = len(question.row)
    return say(
        f"explain_tables.how_{explanation.estimator.id}",
        coalitions=f"{2**size:,}" if size <= 20 else f"$2^{{{size}}}$",
        background=f"{len(question.background):,}",
        asked=f"{explanation.asked:,}",
        residual=f"{residual:.1g}",
    )
