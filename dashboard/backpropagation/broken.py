"""Section 2: which slopes become wrong when the way back has a mistake, and by how much?"""

from math import isnan

import streamlit as st

from dashboard.backpropagation.figures import broken as figures
from dashboard.backpropagation.figures.graph import number
from dashboard.backpropagation.graph import expression
from dashboard.backpropagation.view import BackpropView
from dashboard.core import export, link
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.choices import one
from dashboard.core.controls import control
from dashboard.core.numbers import rough
from dashboard.core.words import say
from engine.topics.backpropagation.broken import (
    Broken,
    BrokenConfig,
    behind,
    broken,
    called_twice,
    gates_of,
    held,
)
from engine.topics.backpropagation.passes import by_autograd, difference

ORDER = 15


def knobs(view: BackpropView) -> None:
    """The mistake, the node that it strikes, and the expression."""
    config = view.broken
    control(BackpropView, "bp", view, "broken.mistake")
    if config.mistake == "detach":
        gates = gates_of(config.graph.graph)
        one(
            "bp_detached",
            say("backpropagation.detached"),
            {n: config.graph.graph.label(at) for n, at in enumerate(gates)},
            gates.index(config.gate),
            lambda n: link.write(BackpropView, view.with_("broken.node", n)),
        )
    expression(view, "broken.graph", "bp_broken")


def show(view: BackpropView) -> None:
    """The film of the wrong walk, what it gets wrong, and the check."""
    config = view.broken
    graph, found = config.graph.graph, broken(config)
    st.markdown(say("backpropagation.broken_question"))
    chart(
        lambda: figures.walk(graph, found),
        "bp_broken",
        say("backpropagation.broken_alt"),
        of=(config.key,),
    )
    _verdict(config, found)
    table = _rows(config, found)
    st.dataframe(table, hide_index=True, width="stretch", key="bp_broken_table")
    _checks(config, found)
    said = say("export.by_formula", key=config.key)
    export.foot(said, more=lambda: export.numbers("broken", config.key, lambda: table))


def _verdict(config: BrokenConfig, found: Broken) -> None:
    """Which variables' slopes are wrong."""
    graph = config.graph.graph
    if not found.right.finite:
        st.warning(say("backpropagation.unchecked"), icon=":material/warning:")
        return
    wrong = [name for name in graph.variables if graph.at(name) in found.wrong]
    if not wrong:
        st.info(say("backpropagation.unhurt"), icon=":material/check:")
        return
    parts = [_off(found, graph.at(name), name) for name in wrong]
    sentence = say(f"backpropagation.why_{config.mistake}", node=graph.label(config.gate))
    told = say(
        "backpropagation.hurt",
        count=len(wrong),
        all=len(graph.variables),
        slopes=", ".join(parts),
        why=sentence,
    )
    st.info(told, icon=":material/bug_report:")


def _off(found: Broken, at: int, name: str) -> str:
    return say(
        "backpropagation.off",
        name=name,
        right=number(found.right.slope[at]),
        wrong=number(found.slope[at]),
    )


def _rows(config: BrokenConfig, found: Broken) -> dict[str, list[str | float]]:
    """Every vertex that has a slope: the right one, the wrong one, and their ratio."""
    graph = config.graph.graph
    shown = sorted(behind(graph, found.right.output))
    ratios = [found.factor(at) for at in shown]
    return {
        say("backpropagation.node"): [graph.label(at) for at in shown],
        say("backpropagation.right"): [found.right.slope[at] for at in shown],
        say("backpropagation.with_mistake"): [found.slope[at] for at in shown],
        say("backpropagation.ratio"): ["–" if isnan(r) else f"{r:.4g} ×" for r in ratios],
    }


def _checks(config: BrokenConfig, found: Broken) -> None:
    """The right slopes by autograd; the wrong ones where something else can make them."""
    if not found.right.finite:
        return
    graph, numbers, end = config.graph.graph, config.graph.numbers, config.graph.end
    at = [graph.at(name) for name in graph.variables]
    right, wrong = ([one[i] for i in at] for one in (found.right.slope, found.slope))
    parts = [
        say(
            "backpropagation.broken_right",
            gap=rough(difference(right, by_autograd(graph, numbers, end))),
        )
    ]
    if config.mistake == "leaves":
        gap = difference(wrong, called_twice(graph, numbers, end))
        parts.append(say("backpropagation.broken_leaves", gap=rough(gap)))
    if config.mistake == "detach":
        gap = difference(wrong, held(graph, numbers, end, config.gate))
        parts.append(say("backpropagation.broken_detach", gap=rough(gap)))
    st.caption(" ".join(parts))


def _slope(view: BackpropView) -> Question:
    """The wrong slope of the first variable."""
    config = view.broken
    name = config.graph.graph.variables[0]
    at, found = config.graph.graph.at(name), broken(config)
    sentence = say("backpropagation.ask_broken", name=name, right=number(found.right.slope[at]))
    return Number(sentence, -1000, 1000, found.slope[at], max(abs(found.slope[at]) / 50, 1e-6))


def _which(view: BackpropView) -> Question:
    """The variable that keeps its right slope, or none."""
    config = view.broken
    graph, found = config.graph.graph, broken(config)
    names = [name for name in graph.variables if graph.at(name) not in found.wrong]
    options = {name: name for name in graph.variables}
    options[""] = say("backpropagation.none_right")
    return Choice(say("backpropagation.ask_which"), options, names[0] if len(names) == 1 else "")


ASKS: SceneQuestions = {"broken": _slope, "unhurt": _which}
