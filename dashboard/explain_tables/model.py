"""Section 1: which model of which table, and how good are its answers, at which threshold?"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.words import say, tr
from dashboard.explain_tables import choices
from dashboard.explain_tables.figures import metrics as figures
from dashboard.explain_tables.fragment import alone
from dashboard.explain_tables.view import TablesView
from dashboard.figures import images
from engine.metrics import (
    Confusion,
    Flags,
    Floats,
    cheapest,
    confusion,
    cost,
    curves,
    measures,
    regression,
)
from engine.topics.explain_tables.models import Fitted, TableModel, fitted
from engine.topics.explain_tables.predictors import PREDICTORS
from engine.topics.explain_tables.screening import screened

ORDER = 10
BARE = True

CURVES = st.cache_data(show_spinner=False, max_entries=64)(curves)
CHEAPEST = st.cache_data(show_spinner=False, max_entries=64)(cheapest)
SHARES = ("accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1", "mcc", "auc")


class Judged(NamedTuple):
    """Who answers, and what is true."""

    truth: Flags  # (n,)
    probability: Mapping[str, Floats]  # name to (n,), the chosen one first
    names: tuple[str, str]  # of the other class and of the positive one


def knobs(view: TablesView) -> None:
    """What is judged, and at which threshold."""
    control(TablesView, "tables", view, "scores")
    screening = view.scores == "screening"
    if screening or view.model.table().classes:
        control(TablesView, "tables", view, "miss")
    else:
        control(TablesView, "tables", view, "outlier")
    if screening:
        for name in view.screening.knobs("screening."):
            control(TablesView, "tables", view, name)
    else:
        choices.model(view)


def show(view: TablesView) -> None:
    """The measures, what the threshold does, and the three models beside each other."""
    alone(view, ("threshold",), _judged)


def _judged(view: TablesView) -> None:
    if view.scores == "screening":
        truth, tests = screened(view.screening)
        names = say("explain_tables.healthy"), say("explain_tables.ill")
        found = {say("explain_tables.test", name=name): p for name, p in reversed(tests.items())}
        st.markdown(
            say("explain_tables.screening", people=f"{len(truth):,}", ill=f"{int(truth.sum()):,}")
        )
        _classes(view, Judged(truth, found, names))
        choices.foot_at_once(view, view.screening)
        return
    with st.spinner(say("explain_tables.learning"), show_time=True):
        models = {tr(other.learnt_by): other for other in rivals(view.model)}
    first = next(iter(models.values()))
    choices.about(first)
    rows = first.table.held_out
    if not first.table.classes:
        _numbers(view, models)
    else:
        classes, answer = [*map(tr, first.table.classes)], first.answer
        other = classes[1 - answer] if len(classes) == 2 else say("explain_tables.other_class")
        found = {
            name: probabilities_of(model, model.config.key)[:, answer]
            for name, model in models.items()
        }
        _classes(view, Judged(first.table.y[rows] == answer, found, (other, classes[answer])))
        if len(classes) > 2:
            _all_classes(first)
    choices.foot(first)


@st.cache_data(show_spinner=False, max_entries=32)
def probabilities_of(_model: Fitted, key: str) -> Floats:
    """(n, K) on the rows that no model has seen."""
    return _model.probabilities(_model.table.x[_model.table.held_out])


def rivals(config: TableModel) -> list[Fitted]:
    """The chosen model, then the other kinds at their defaults."""
    others = [
        config.with_("predictor", PREDICTORS[id]())
        for id in PREDICTORS
        if id != config.predictor.id
    ]
    return [fitted(one) for one in (config, *others)]


def _classes(view: TablesView, judged: Judged) -> None:
    control(TablesView, "tables", view, "threshold")
    truth, at = judged.truth, view.threshold
    flagged = {name: p >= at for name, p in judged.probability.items()}
    counts = {name: confusion(truth, f) for name, f in flagged.items()}
    first = next(iter(judged.probability))
    _headline(judged, counts[first], flagged[first])
    chart(
        figures.answers(truth, judged.probability[first], at, counts[first], judged.names),
        "tables_answers",
        say("explain_tables.answers_alt"),
    )
    lines = {name: CURVES(truth, p) for name, p in judged.probability.items()}
    if all(lines.values()):
        here = {name: _point(c) for name, c in counts.items()}
        chart(
            figures.thresholds(lines, here, float(truth.mean())),  # type: ignore[arg-type]
            "tables_thresholds",
            say("explain_tables.thresholds_alt"),
        )
    else:
        st.info(say("explain_tables.one_class_here"))
    rows = [
        _row(view, name, truth, counts[name], judged.probability[name])
        for name in judged.probability
    ]
    never = np.zeros(len(truth), bool)
    rows.append(
        _row(
            view, say("explain_tables.never", name=judged.names[0]), truth, confusion(truth, never)
        )
    )
    st.table(rows, hide_index=True)  # drawn faster than a data frame
    st.caption(say("explain_tables.measures", miss=f"{view.miss:g}"))


def _headline(judged: Judged, counts: Confusion, flagged: Flags) -> None:
    """The sentence that accuracy hides."""
    st.markdown(
        say(
            "explain_tables.headline",
            flagged=f"{int(flagged.sum()):,}",
            total=f"{counts.total:,}",
            yes=choices.plain(judged.names[1]),
            hits=f"{counts.true_positive:,}",
            alarms=f"{counts.false_positive:,}",
            misses=f"{counts.false_negative:,}",
            accuracy=f"{(counts.true_positive + counts.true_negative) / counts.total:.1%}",
            never=f"{1 - judged.truth.mean():.1%}",
            no=choices.plain(judged.names[0]),
        )
    )


def _point(counts: Confusion) -> tuple[float, float, float]:
    """(False positive rate, recall, precision)."""
    tp, fp, fn, tn = counts
    precision = tp / (tp + fp) if tp + fp else float("nan")
    return fp / max(1, fp + tn), tp / max(1, tp + fn), precision


def _row(
    view: TablesView, name: str, truth: Flags, counts: Confusion, probability: Floats | None = None
) -> dict[str, str]:
    """A line of the table; a quotient with nothing below its line is a dash."""
    lines = CURVES(truth, probability) if probability is not None else None
    found = measures(counts) | {"auc": lines.auc if lines else 0.5}
    shown = {say("explain_tables.who"): choices.plain(name)}
    for measure in SHARES:
        value = found[measure]
        shown[say(f"explain_tables.{measure}")] = "–" if math.isnan(value) else f"{value:.3f}"
    shown[say("explain_tables.cost")] = f"{1000 * cost(counts, view.miss):,.0f}"
    if probability is None:
        return shown | {say("explain_tables.best"): "–"}
    at, least = CHEAPEST(truth, probability, view.miss)
    where = say("explain_tables.above_all") if at > 1 else f"{at:.3f}"
    return shown | {say("explain_tables.best"): f"{where} ({1000 * least:,.0f})"}


def _all_classes(model: Fitted) -> None:
    rows = model.table.held_out
    called = model.probabilities(model.table.x[rows]).argmax(1)
    counts = figures.confusion_counts(
        model.table.y[rows].astype(np.int64), called, len(model.table.classes)
    )
    st.markdown(f"#### {say('explain_tables.every_class')}")
    chart(
        images.confusion(counts, model.table.classes, 300),
        "tables_confusion",
        say("explain_tables.confusion_alt"),
    )


def _numbers(view: TablesView, models: Mapping[str, Fitted]) -> None:
    """A regression: how far off, and what one wrong target does to each measure."""
    first = next(iter(models.values())).table
    rows = first.held_out
    target, wrong = first.y[rows].copy(), None
    if view.outlier:
        wrong = int(np.abs(target - target.mean()).argmin())
        target[wrong] += view.outlier * target.std()
    predicted = {name: m.predict(m.table.x[rows]) for name, m in models.items()}
    chart(
        figures.numbers(target, predicted, wrong, first.target),
        "tables_numbers",
        say("explain_tables.numbers_alt"),
    )
    mean = np.full(len(target), first.y[first.train].mean())
    lines = [
        {say("explain_tables.who"): choices.plain(name)}
        | {
            say(f"explain_tables.{key}"): f"{value:.4g}"
            for key, value in regression(target, values).items()
        }
        for name, values in [*predicted.items(), (say("explain_tables.always_mean"), mean)]
    ]
    st.table(lines, hide_index=True)
    st.caption(say("explain_tables.errors"))
