"""The case of the bank, told in steps: false alarms in one city, why, and what one would do."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.runtime import store
from dashboard.core.words import say
from dashboard.explain_tables import choices
from dashboard.explain_tables.figures import dependence as dependence_figures
from dashboard.explain_tables.figures import pitfalls as pitfalls_figures
from dashboard.explain_tables.view import TablesView
from engine.data.card_fraud import CATEGORIES, CITIES, FEATURES
from engine.metrics import Floats, confusion, curves, measures
from engine.topics.explain_tables.pitfalls.fraud_case import CATEGORY, CITY, ELECTRONICS, NORTHPORT

MODELS = ("as_is", "retrained", "without_city")
Shown = Mapping[str, Floats]


def knobs(view: TablesView) -> None:
    """The threshold of the alarm, and the rarer ones."""
    control(TablesView, "tables", view, "alarm")
    choices.part(view, "case")


def show(view: TablesView) -> None:
    """One step of the story, on numbers that were computed once."""
    job.panel(
        view.case,
        "tables_case",
        say("explain_tables.case_start"),
        lambda run: _draw(view),
        empty=choices.working(view.case) or say("explain_tables.case_empty"),
        alone=not view.case.flat(),
        below=partial(choices.ran, view, view.case),
    )


def _draw(view: TablesView) -> bool:
    found = store().last(view.case.key)
    if not found:
        return False
    arrays = {name: np.asarray(array, np.float64) for name, array in found.items()}
    control(TablesView, "tables", view, "story")
    match view.story:
        case "alarm":
            _alarm(view, arrays)
        case "why" if "values" in arrays:
            _why(view, arrays)
        case "together" if "pairs" in arrays:
            _together(arrays)
        case "cure" if "without_city" in arrays:
            _cure(view, arrays)
        case _:
            st.info(say("explain_tables.working"))
    return True


def _false_alarms(view: TablesView, arrays: Shown, model: str) -> NDArray[np.int64]:
    """(4,) by city."""
    wrong = (arrays[model] >= view.alarm) & (arrays["y"] == 0)
    return np.bincount(arrays["x"][wrong, CITY].astype(np.int64), minlength=len(CITIES))


def _alarm(view: TablesView, arrays: Shown) -> None:
    """Where the false alarms are."""
    counts = _false_alarms(view, arrays, "as_is")
    flagged = arrays["as_is"] >= view.alarm
    truth = arrays["y"] == 1
    electronics = (arrays["x"][:, CITY] == NORTHPORT) & (arrays["x"][:, CATEGORY] == ELECTRONICS)
    wrong = flagged & ~truth
    here = int((wrong & electronics).sum())
    found = curves(truth, arrays["as_is"])
    st.markdown(
        say(
            "explain_tables.alarm_says",
            payments=f"{len(truth):,}",
            auc=f"{found.auc:.3f}" if found else "–",
            alarms=f"{int(flagged.sum()):,}",
            wrong=f"{int(wrong.sum()):,}",
            city=CITIES[NORTHPORT],
            share=f"{counts[NORTHPORT] / max(1, counts.sum()):.0%}",
            here=f"{here:,}",
        )
    )
    chart(
        pitfalls_figures.alarms({say("explain_tables.as_is"): counts}, CITIES),
        "tables_alarms",
        say("explain_tables.alarms_alt"),
    )


def _why(view: TablesView, arrays: Shown) -> None:
    """What the city does to flagged payments, trade by trade."""
    rows = np.asarray(arrays["explained"], np.int64)
    values = arrays["values"]
    x = arrays["x"][rows]
    high = arrays["as_is"][rows] >= view.alarm
    mine = high & (x[:, CITY] == NORTHPORT)
    trades = [mine & (x[:, CATEGORY] == k) for k in range(len(CATEGORIES))]

    def mean(chosen: NDArray[np.bool_]) -> str:
        return (
            f"{values[chosen, CITY].mean():+.2f}"
            if chosen.any()
            else say("explain_tables.none_there")
        )

    st.markdown(
        say(
            "explain_tables.why_says",
            city=CITIES[NORTHPORT],
            electronics=mean(trades[ELECTRONICS]),
            groceries=mean(trades[0] | trades[1]),
            rows=f"{len(rows):,}",
        )
    )
    chart(
        dependence_figures.dependence(
            x[:, CITY], values[:, CITY], x[:, CATEGORY], rows, (FEATURES[CITY], FEATURES[CATEGORY]),
            (CITIES, CATEGORIES), say("explain_tables.log_odds_fraud"),
        ),
        "tables_city",
        say("explain_tables.city_alt"),
    )  # fmt: skip


def _together(arrays: Shown) -> None:
    """What both columns do only together: as the model has it, and as it is."""
    pairs = arrays["pairs"]
    st.markdown(
        say(
            "explain_tables.together_says",
            both=f"{2 * pairs[CATEGORY, CITY]:.2f}",
            city=f"{pairs[CITY, CITY]:.2f}",
            trade=f"{pairs[CATEGORY, CATEGORY]:.2f}",
        )
    )
    chart(
        pitfalls_figures.pairs(pairs, FEATURES, say("explain_tables.log_odds")),
        "tables_pairs",
        say("explain_tables.pairs_alt"),
    )
    names = FEATURES[CATEGORY], FEATURES[CITY]
    tables = {"together": arrays["together"], "truth": arrays["truth"]}
    reach = max(float(np.abs(table).max()) for table in tables.values())
    for column, (name, table) in zip(st.columns(2), tables.items(), strict=True):
        with column:
            st.markdown(f"**{say(f'explain_tables.{name}')}**")
            chart(
                dependence_figures.together(
                    table, names, (CATEGORIES, CITIES), say("explain_tables.log_odds"), reach
                ),
                f"tables_{name}",
                say("explain_tables.pair_alt"),
            )


def _cure(view: TablesView, arrays: Shown) -> None:
    """Three models on the same payments, and the price of each."""
    truth = arrays["y"] == 1
    lines = []
    for model in (*MODELS, "risk"):
        p = arrays[model]
        counts = confusion(truth, p >= view.alarm)
        found, line = measures(counts), curves(truth, p)
        lines.append(
            {
                say("explain_tables.who"): say(f"explain_tables.{model}"),
                say("explain_tables.alarms"): counts.true_positive + counts.false_positive,
                say("explain_tables.false_in", city=CITIES[NORTHPORT]): int(
                    _false_alarms(view, arrays, model)[NORTHPORT]
                ),
                say("explain_tables.precision"): round(found["precision"], 3),
                say("explain_tables.recall"): round(found["recall"], 3),
                say("explain_tables.auc"): round(line.auc, 3) if line else None,
            }
        )
    st.markdown(say("explain_tables.cure_says", threshold=f"{view.alarm:g}"))
    chart(
        pitfalls_figures.alarms(
            {say(f"explain_tables.{m}"): _false_alarms(view, arrays, m) for m in MODELS}, CITIES
        ),
        "tables_alarms",
        say("explain_tables.alarms_alt"),
    )
    st.dataframe(lines, hide_index=True, placeholder="–", key="tables_cures")
    aucs = {m: curves(truth, arrays[m]) for m in MODELS}
    gains = {m: f"{c.auc - aucs['as_is'].auc:+.3f}" for m, c in aucs.items() if c and aucs["as_is"]}
    st.markdown(
        say(
            "explain_tables.cure_ends",
            retrained=gains.get("retrained", "–"),
            without=gains.get("without_city", "–"),
        )
    )
