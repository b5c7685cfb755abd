"""A widget for every feature of the row: what would the model say if it were another?"""

import math

import numpy as np
import streamlit as st

from dashboard.core import link
from dashboard.core.choices import held, one
from dashboard.core.words import say
from dashboard.explain_tables.view import TablesView
from engine.topics.explain_tables.shapley.question import Question
from engine.topics.explain_tables.tables.data import Table


def sliders(view: TablesView, question: Question) -> None:
    """A slider for a number, a menu for a category; what differs from the table is in the link."""
    table = question.fitted.table
    columns = st.columns(2 if len(question.row) > 12 else 1)
    for feature in range(len(question.row)):
        with columns[feature % len(columns)]:
            _widget(view, question, table, feature)


def _widget(view: TablesView, question: Question, table: Table, feature: int) -> None:
    name, value = table.features[feature], float(question.row[feature])
    original = float(question.original[feature])
    key = f"tables_what_{feature}"
    changed = value != original
    shown = f"**{plain(name)}**" if changed else plain(name)
    if not changed and not table.measured(question.number, feature):
        shown = say("explain_tables.filled_slider", name=shown)

    def moved(new: float) -> None:
        link.write(TablesView, with_change(view, feature, float(new), original))

    names = table.codes.get(name)
    if names is not None:
        one(key, shown, dict(enumerate(names)), round(value), moved)
        return
    column = table.x[:, feature]
    low, high = float(column.min()), float(column.max())
    if low == high:
        held(st.slider, key, shown, value, moved, low - 1, low + 1, disabled=True)
        return
    step = step_of(column)
    held(
        st.slider,
        key,
        shown,
        value,
        moved,
        low,
        high,
        step=step,
        format=f"%.{max(0, -math.floor(math.log10(step)))}f",
        help=say("explain_tables.was", value=table.word(feature, original)) if changed else None,
    )


def step_of(column: np.ndarray) -> float:
    """1 of whole numbers that are few, else about a 200th of the range, a power of ten."""
    span = float(column.max() - column.min())
    if span <= 1000 and (column == np.round(column)).all():
        return 1.0
    return 10.0 ** math.floor(math.log10(span / 100))


def with_change(view: TablesView, feature: int, value: float, original: float) -> TablesView:
    """The settings with one feature changed by hand, or as it was."""
    others = tuple((i, v) for i, v in view.what if i != feature)
    what = others if value == original else (*others, (feature, value))
    return view.model_copy(update={"what": tuple(sorted(what))})


def plain(text: str) -> str:
    """A name as Markdown shows it letter by letter."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+-.!|$~:" else c for c in text)
