"""The Shapley value of one feature written out: the formula, its terms, where they come from."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.core import link
from dashboard.core.chart import chart
from dashboard.core.choices import one
from dashboard.core.words import say, tr
from dashboard.explain_tables.explanation import RowExplanation
from dashboard.explain_tables.figures import shapley_sum as figures
from dashboard.explain_tables.view import TablesView
from dashboard.explain_tables.what_if import plain
from engine.topics.explain_tables.shapley.coalitions import (
    marginals,
    members,
    sizes,
    weights,
    without,
)
from engine.topics.explain_tables.shapley.exact import by_size, shapley
from engine.topics.explain_tables.shapley.question import Question

SHOWN = 200  # coalitions in the table: those with the largest terms


def show(view: TablesView, question: Question, explanation: RowExplanation) -> None:
    """The formula with this row's numbers, by size, and coalition by coalition."""
    st.markdown(f"#### {say('explain_tables.sum')}")
    if explanation.coalitions is None:
        st.info(say("explain_tables.sum_too_many", features=len(question.row)))
        return
    feature = _feature(view, question, explanation)
    v, name = explanation.coalitions, question.fitted.features[feature]
    means = by_size(v, feature)
    st.latex(_formula(means))
    if explanation.against < len(question.background):
        whole = f"{explanation.values[feature]:+.4g}".replace("-", "−")
        st.caption(
            say(
                "explain_tables.sum_few",
                rows=explanation.against,
                all=f"{len(question.background):,}",
                phi=whole,
            )
        )
    left, right = st.columns([1, 1], gap="medium")
    with left:
        counts = np.bincount(sizes(len(means))[without(len(means), feature)])
        chart(
            figures.by_size(means, counts, name, tr(question.fitted.unit)),
            "tables_sum",
            say("explain_tables.sum_alt"),
        )
    with right:
        table = terms(v, feature, question.fitted.features)
        st.dataframe(table, hide_index=True, placeholder="–", key="tables_terms", height=280)
    st.caption(
        say(
            "explain_tables.sum_says",
            feature=plain(name),
            phi=f"{shapley(v)[feature]:+.4g}".replace("-", "−"),
            terms=f"{len(v) // 2:,}",
            shown=f"{len(table):,}",
        )
    )


def terms(v: np.ndarray, feature: int, features: tuple[str, ...]) -> pd.DataFrame:
    """One line a coalition, the largest terms first.

    Args:
        v: (2^F,).
        feature: whose value it is.
        features: F names.
    """
    others = without(len(features), feature)
    gain, size = marginals(v, feature), sizes(len(features))[others]
    weight = weights(len(features))[size]
    order = np.argsort(-np.abs(weight * gain), kind="stable")[:SHOWN]
    inside = members(len(features))[others[order]]
    return pd.DataFrame(
        {
            say("explain_tables.term"): (weight * gain)[order],
            say("explain_tables.weight"): weight[order],
            say("explain_tables.gain"): gain[order],
            say("explain_tables.known"): [_named(row, feature, features) for row in inside],
            say("explain_tables.without"): v[others[order]],
            say("explain_tables.with"): v[others[order]] + gain[order],
        }
    )


def _named(inside: np.ndarray, feature: int, features: tuple[str, ...]) -> str:
    """The known features by name; of many, those that are not."""
    absent = [name for i, name in enumerate(features) if not inside[i] and i != feature]
    present = [name for i, name in enumerate(features) if inside[i]]
    if not present:
        return say("explain_tables.nothing")
    if not absent:
        return say("explain_tables.everything")
    if len(present) <= len(absent):
        return ", ".join(present)
    return say("explain_tables.all_but", names=", ".join(absent))


def _feature(view: TablesView, question: Question, explanation: RowExplanation) -> int:
    """Whose sum; at first the feature that adds most."""
    features = question.fitted.features
    largest = int(np.abs(explanation.values).argmax())
    feature = view.column if 0 <= view.column < len(features) else largest
    one(
        "tables_sum_of",
        say("explain_tables.sum_of"),
        dict(enumerate(features)),
        feature,
        lambda column: link.write(TablesView, view.model_copy(update={"column": column})),
        width=360,
    )
    return feature


def _formula(means: np.ndarray) -> str:
    """The definition, and the same as a mean over sizes with the numbers of this row."""
    count = len(means)
    numbers = [f"{value:+.3g}" for value in means]
    if count > 8:
        numbers = [*numbers[:4], r"+\;\cdots", *numbers[-3:]]
    inside = " ".join(numbers).removeprefix("+")
    return (
        r"\begin{aligned}\phi_i&=\sum_{S\subseteq F\setminus\{i\}}"
        r"\frac{|S|!\,(|F|-|S|-1)!}{|F|!}\bigl[v(S\cup\{i\})-v(S)\bigr]\\"
        rf"&=\frac{{1}}{{{count}}}\bigl({inside}\bigr)={means.mean():.4g}\end{{aligned}}"
    )
