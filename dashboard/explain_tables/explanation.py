"""What is said of one prediction at once, while a slider moves? Values, and the coalitions."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.core.words import say
from dashboard.explain_tables.view import TablesView
from engine.topics.explain_tables.default import affordable, at_once
from engine.topics.explain_tables.estimators import Estimator, estimate
from engine.topics.explain_tables.shapley.coalitions import MOST
from engine.topics.explain_tables.shapley.exact import shapley
from engine.topics.explain_tables.shapley.explained import Array
from engine.topics.explain_tables.shapley.question import Question, RowQuestion, question
from engine.topics.explain_tables.shapley.value import interventional

SEED = 0  # of the estimate that follows a slider: it shall not flicker


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowExplanation:
    """An explanation, and how it was come by."""

    values: Array  # (F,)
    base: float
    answer: float
    estimator: Estimator
    asked: int  # rows that the model answered; 0: it was read
    coalitions: Array | None  # (2^F,) v of all coalitions; None: there are too many
    against: int  # background rows of those


def asks(view: TablesView) -> RowQuestion:
    """The question that the page's settings ask."""
    return RowQuestion(**{name: getattr(view, name) for name in RowQuestion.model_fields})


def asked(view: TablesView) -> tuple[Question, RowExplanation]:
    """The question with its explanation."""
    settings = asks(view)
    found = question(settings)
    return found, explained_row(found, settings.key)


@st.cache_data(show_spinner=False, max_entries=128)
def explained_row(_question: Question, key: str) -> RowExplanation:
    """The values that `at_once` can have, and the coalitions where they are few enough."""
    model, row, background = _question.model, _question.row, _question.background
    how = at_once(model, 1, len(background))
    answer = float(model.predict(row[None])[0])
    features = len(row)
    few = background[: max(1, affordable(model) // 2**features)]
    table = interventional(model, row, few) if features <= MOST else None
    if how.id == "exact" and table is not None and len(few) == len(background):
        return RowExplanation(
            values=shapley(table),
            base=float(table[0]),
            answer=answer,
            estimator=how,
            asked=2**features * len(few),
            coalitions=table,
            against=len(few),
        )
    found = estimate(how, model, row, background, SEED)
    return RowExplanation(
        values=found.values[0],
        base=found.base,
        answer=answer,
        estimator=how,
        asked=found.asked,
        coalitions=table,
        against=len(few),
    )


def labels(question: Question) -> list[str]:
    """Each feature with its value: "amount (EUR) = 62.3"; and whether that stood in the table."""
    table, found = question.fitted.table, []
    for feature, (name, value) in enumerate(zip(table.features, question.row, strict=True)):
        word = table.word(feature, value)
        own = value == question.original[feature]
        if own and not table.measured(question.number, feature):
            found.append(say("explain_tables.filled", name=name, value=word))
        else:
            found.append(f"{name} = {word}")
    return found


def worst(question: Question) -> dict[str, int]:
    """Rows worth a look, by word id: where the answer is largest, smallest, and most wrong."""
    return picks(question, question.fitted.config.key)


@st.cache_data(show_spinner=False, max_entries=32)
def picks(_question: Question, key: str) -> dict[str, int]:
    model = _question.fitted
    rows = model.table.held_out
    x, truth = model.table.x[rows], model.table.y[rows]
    answers = model.predict(x)
    found = {"highest": int(rows[answers.argmax()]), "lowest": int(rows[answers.argmin()])}
    if model.table.classes:
        p = model.probabilities(x)[:, model.answer]
        mine = truth == model.answer
        if (~mine).any():
            found["false_alarm"] = int(rows[~mine][p[~mine].argmax()])
        if mine.any():
            found["missed"] = int(rows[mine][p[mine].argmin()])
        found["undecided"] = int(rows[np.abs(p - 0.5).argmin()])
    else:
        found["worst"] = int(rows[np.abs(answers - truth).argmax()])
    return found
