"""Section 3: what did each column do over all rows?"""

import csv
import io

import numpy as np
import streamlit as st

from dashboard.core import job, link, sections
from dashboard.core.chart import Point, chart
from dashboard.core.choices import one
from dashboard.core.controls import control
from dashboard.core.export import harmless
from dashboard.core.numbers import rough
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.explain_tables import choices
from dashboard.explain_tables.figures import all_rows as all_rows_figures
from dashboard.explain_tables.figures import dependence as dependence_figures
from dashboard.explain_tables.figures import rows as rows_figures
from dashboard.explain_tables.view import TablesView
from engine.runs.files import Arrays
from engine.runs.store import Run
from engine.topics.explain_tables.all_rows import AllRowsExplained
from engine.topics.explain_tables.importance import most_bent, partners
from engine.topics.explain_tables.models import Fitted, fitted
from engine.topics.explain_tables.tables.data import Floats, Rows

ORDER = 30
ID = "all"
OPENS = {AllRowsExplained: ""}

ALIKE = st.cache_data(show_spinner=False, max_entries=16)(rows_figures.alike)
PARTNERS = st.cache_data(show_spinner=False, max_entries=64)(partners)
BENT = st.cache_data(show_spinner=False, max_entries=64)(most_bent)


def knobs(view: TablesView) -> None:
    """Table and model, then how many rows are explained and how."""
    choices.model(view)
    for name in ("rows", "estimator", "background", "repeats"):
        control(TablesView, "tables", view, name)


def show(view: TablesView) -> None:
    """One of five pictures of the same values, which grow while they are computed."""
    config = view.everyone
    control(TablesView, "tables", view, "picture")

    def table() -> str:
        return values_csv(fitted(config.model), store().last(config.key))

    job.panel(
        config,
        "tables_all",
        say("explain_tables.explain_all"),
        lambda run: _draw(view, config, run),
        empty=choices.working(config) or say("explain_tables.all_empty", rows=f"{config.rows:,}"),
        alone=_quick(config),
        below=lambda run: choices.ran(view, config, run, table),
    )


def _quick(config: AllRowsExplained) -> bool:
    """Whether nobody has asked for more than what opens by itself."""
    plain = AllRowsExplained()
    few = config.rows <= plain.rows and config.background <= plain.background
    return few and config.estimator == plain.estimator


def _draw(view: TablesView, config: AllRowsExplained, run: Run) -> bool:
    arrays = store().last(config.key)
    if not arrays:
        return False
    model = fitted(config.model)
    _picture(view, model, arrays, float(run.facts["base"]))
    st.caption(_says(run, len(arrays["rows"]), tr(model.unit)))
    return True


def values_csv(model: Fitted, arrays: Arrays) -> str:
    """One line a row: its number, its answer, each column's value and Shapley value."""
    table, out = model.table, io.StringIO()
    rows = np.asarray(arrays["rows"], np.int64)
    writer = csv.writer(out)
    heads = [
        *table.features,
        *(say("explain_tables.value_of", name=name) for name in table.features),
    ]
    writer.writerow(map(harmless, [tr("row"), tr(model.unit), *heads]))
    for row, answer, values in zip(rows, arrays["answers"], arrays["values"], strict=True):
        cells = [
            harmless(table.word(i, x)) if name in table.codes else repr(float(x))
            for i, (name, x) in enumerate(zip(table.features, table.x[row], strict=True))
        ]
        writer.writerow([row, float(answer), *cells, *map(float, values)])
    return out.getvalue()


def _picture(view: TablesView, model: Fitted, arrays: Arrays, base: float) -> None:
    values = np.asarray(arrays["values"], np.float64)
    rows = np.asarray(arrays["rows"], np.int64)
    answers = np.asarray(arrays["answers"], np.float64)
    table, x = model.table, model.table.x[rows]
    words = [table.codes.get(name) for name in table.features]
    names, unit = table.features, tr(model.unit)
    match view.picture:
        case "beeswarm":
            figure = all_rows_figures.beeswarm(values, x, rows, names, words, unit, view.row)
        case "bars":
            drops = np.asarray(arrays["drops"], np.float64) if "drops" in arrays else None
            measure = say("explain_tables.auc") if table.classes else say("explain_tables.r2")
            figure = all_rows_figures.bars(values, drops, names, unit, measure)
        case "dependence":
            _dependence(view, model, values, x, rows)
            return
        case "heat":
            order = ALIKE(values)
            figure = rows_figures.heat(values, answers, rows, order, names, unit)
        case "decision":
            figure = rows_figures.decisions(values, base, rows, names, unit, view.row)
    picks = view.picture in ("beeswarm", "decision")
    key = f"tables_{view.picture}"
    clicked = (lambda point: _clicked(view, point)) if picks else None
    chart(figure, key, say(f"explain_tables.{view.picture}_alt"), on_click=clicked)
    st.caption(
        say(f"explain_tables.{view.picture}_says")
        + (" " + say("explain_tables.click") if picks else "")
    )


def _clicked(view: TablesView, point: Point) -> None:
    """A click on a point opens its row in the section of one prediction."""
    if point.custom:
        sections.go("explain_tables", "one", view.with_("row", int(point.custom[0])))


def _dependence(view: TablesView, model: Fitted, values: Floats, x: Floats, rows: Rows) -> None:
    """Which column, and which one colours it: chosen, or found."""
    table = model.table
    last = len(table.features) - 1
    column = view.column if 0 <= view.column <= last else BENT(x, values, table.categorical)
    found = PARTNERS(x, values, column, table.categorical)
    partner = view.partner if view.partner <= last else -1
    if partner == column:
        partner = -1
    other = int(found.argmax()) if partner == -1 else partner
    left, right = st.columns(2)
    with left:
        _pick(view, "column", column, list(range(last + 1)), model)
    strongest = int(found.argmax())
    others = [i for i in range(last + 1) if i != column]
    with right:
        _pick(view, "partner", partner, [-1, -2, *others], model, strongest)
    colour = None if other < 0 else x[:, other]
    names = (table.features[column], "" if other < 0 else table.features[other])
    words = table.codes.get(names[0]), table.codes.get(names[1])
    chart(
        dependence_figures.dependence(
            x[:, column], values[:, column], colour, rows, names, words, tr(model.unit)
        ),
        "tables_dependence",
        say("explain_tables.dependence_alt"),
        on_click=lambda point: _clicked(view, point),
    )
    text = say("explain_tables.dependence_says", column=choices.plain(names[0]))
    if other >= 0:
        text += " " + say(
            "explain_tables.partner_says",
            other=choices.plain(names[1]),
            share=f"{found[other]:.0%}",
        )
    st.caption(text + " " + say("explain_tables.click"))


def _pick(
    view: TablesView, name: str, now: int, options: list[int], model: Fitted, strongest: int = 0
) -> None:
    key = choices.own_key(view, f"{name}_{strongest}")  # whose name is in the first option
    special = {
        -1: say("explain_tables.strongest", other=model.features[strongest]),
        -2: say("explain_tables.no_colour"),
    }
    names = dict(enumerate(model.features)) | special
    one(
        key,
        say(f"explain_tables.{name}"),
        {option: names[option] for option in options},
        now,
        lambda chosen: link.write(TablesView, view.with_(name, chosen)),
    )


def _says(run: Run, rows: int, unit: str) -> str:
    """Which estimator, how many rows, and how far from exact."""
    facts, end = run.facts, run.summary
    orders = int(facts["orders"])
    how = (
        say("explain_tables.order" if orders == 1 else "explain_tables.orders", orders=orders)
        if orders
        else ""
    )
    text = say(
        "explain_tables.how", estimator=tr(str(facts["estimator"])), how=how, rows=f"{rows:,}",
        base=f"{facts['base']:.3f}", unit=choices.plain(unit),
    )  # fmt: skip
    if "residual" in end:
        text += " " + say("explain_tables.residual", residual=rough(end["residual"]))
    if "error" in end:
        text += " " + say(
            "explain_tables.checked", rows=f"{end['checked']:.0f}", error=f"{end['error']:.4f}"
        )
    return text
