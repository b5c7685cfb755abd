"""Section 2: which slopes become wrong when the way back is written wrongly?"""

import math

import streamlit as st

from dashboard.backpropagation import graph as graph_section
from dashboard.backpropagation.figures import broken as figures
from dashboard.backpropagation.figures.graph import number
from dashboard.backpropagation.view import BackpropView
from dashboard.core import export, link
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.choices import one
from dashboard.core.controls import control
from dashboard.core.numbers import rough
from dashboard.core.words import say
from engine.topics.backpropagation.broken import BreakConfig, Broken, broken, detachable

ORDER = 20
ID = "break"


def found_of(view: BackpropView) -> Broken:
    config = view.graph
    return broken(config.graph, config.numbers, config.end, view.broken)


def knobs(view: BackpropView) -> None:
    """What is done wrongly; and the graph, as in the section before."""
    for name in ("forget", "calls", "order"):
        control(BackpropView, "bp", view, f"broken.{name}")
    graph = view.graph.graph
    nodes = [at for at in range(len(graph.vertices)) if detachable(graph, at)]
    one(
        "bp_detached",
        say("backpropagation.detached"),
        {-1: say("backpropagation.detach_none")} | {at: _named(view, at) for at in nodes},
        view.broken.at(graph),
        lambda at: link.write(BackpropView, view.with_("broken.detached", at)),
        help=say("backpropagation.detached_help"),
    )
    st.divider()
    graph_section.expression(view)


def _named(view: BackpropView, at: int) -> str:
    """A node, and where it has no name, its place."""
    label = figures.called(view.graph.graph, at)
    return label if view.graph.graph.vertices[at].name else f"{label} ({at + 1})"


def show(view: BackpropView) -> None:
    """The graph with both slopes of every node, what is wrong, and the same as a table."""
    config = view.graph
    found = found_of(view)
    st.markdown(say("backpropagation.break_question"))
    chart(
        lambda: figures.graph(config.graph, found),
        "bp_broken",
        say("backpropagation.broken_alt"),
        of=(config.key, view.broken.key),
    )
    st.caption(say("backpropagation.broken_legend"))
    _verdict(view, found)
    _checks(found)
    table = _table(view, found)
    st.dataframe(table, hide_index=True, width="stretch", key="bp_broken_table")
    key = f"{config.key[:8]}{view.broken.key[:8]}"
    said = say("export.by_formula", key=key)
    export.foot(said, more=lambda: export.numbers("broken", key, lambda: table))


def wrong_of(view: BackpropView, found: Broken) -> list[int]:
    vertices = view.graph.graph.vertices
    return [at for at, vertex in enumerate(vertices) if vertex.varies and found.wrong(at)]


def _verdict(view: BackpropView, found: Broken) -> None:
    """How many are wrong, and the one that is farthest off."""
    graph = view.graph.graph
    wrong = wrong_of(view, found)
    every = sum(vertex.varies for vertex in graph.vertices)
    if not wrong:
        done = view.broken.with_("detached", view.broken.at(graph))
        which = "unbroken" if done == NOTHING else "harmless"
        st.success(say(f"backpropagation.{which}", count=every), icon=":material/check:")
        return

    def off(at: int) -> float:
        gap = abs(found.slope[at] - found.right.slope[at])
        return gap if not math.isnan(gap) else math.inf

    worst = max(wrong, key=off)
    st.info(
        say(
            "backpropagation.wrong",
            wrong=len(wrong),
            count=every,
            name=_named(view, worst),
            right=number(found.right.slope[worst]),
            broken=number(found.slope[worst]),
            factor=figures.factor(found, worst),
        ),
        icon=":material/bug_report:",
    )


NOTHING = BreakConfig(calls="once")


def _checks(found: Broken) -> None:
    said = [say("backpropagation.right_checked", gap=rough(found.torch_gap))]
    if found.same_gap is None:
        said.append(say("backpropagation.torch_cannot"))
    else:
        said.append(say("backpropagation.torch_same", gap=rough(found.same_gap)))
    st.caption(" ".join(said))


def _table(view: BackpropView, found: Broken) -> dict[str, list[str | float]]:
    """Every value that varies: right slope, broken slope, factor, what torch has, its turn."""
    graph = view.graph.graph
    shown = [at for at, vertex in enumerate(graph.vertices) if vertex.varies]
    torch = found.torch_broken
    columns: dict[str, list[str | float]] = {
        "node": [_named(view, at) for at in shown],
        "right": [found.right.slope[at] for at in shown],
        "broken": [found.slope[at] for at in shown],
        "factor": [figures.factor(found, at) if found.wrong(at) else "–" for at in shown],
        "torch_has": [torch[at] if torch else "–" for at in shown],
        "turn": [
            str(found.order.index(at) + 1) if at in found.order else "–" for at in shown
        ],
    }  # fmt: skip
    if torch is None:
        del columns["torch_has"]
    return {say(f"backpropagation.{name}"): column for name, column in columns.items()}


def _first(view: BackpropView) -> Question:
    """The broken slope of the first variable."""
    config, found = view.graph, found_of(view)
    name = config.graph.variables[0]
    at = config.graph.at(name)
    sentence = say(
        "backpropagation.ask_broken",
        text=config.text,
        values=graph_section.values_of(config),
        name=name,
        right=number(found.right.slope[at]),
    )
    return Number(sentence, -1000, 1000, found.slope[at], max(abs(found.slope[at]) / 100, 1e-6))


def _harmed(view: BackpropView) -> Question:
    """Are all slopes wrong, some, or none?"""
    found = found_of(view)
    wrong = len(wrong_of(view, found))
    variables = [view.graph.graph.at(name) for name in view.graph.graph.variables]
    hit = sum(found.wrong(at) for at in variables)
    right = "none" if not wrong else "all" if hit == len(variables) else "some"
    options = {id: say(f"backpropagation.harmed_{id}") for id in ("all", "some", "none")}
    return Choice(say("backpropagation.ask_harmed", text=view.graph.text), options, right)


ASKS: SceneQuestions = {"broken": _first, "harmed": _harmed}
