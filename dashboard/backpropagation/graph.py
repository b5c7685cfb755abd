"""Section 1: how does a slope find its way back through an expression? Gate by gate."""

from functools import partial

import streamlit as st

from dashboard.backpropagation.figures import graph as figures
from dashboard.backpropagation.view import BackpropView
from dashboard.core import export, link
from dashboard.core.ask import Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.choices import held, one
from dashboard.core.controls import checked, control
from dashboard.core.numbers import rough
from dashboard.core.words import say, tr
from engine.topics.backpropagation.expression import EXAMPLES, ExpressionConfig, retyped
from engine.topics.backpropagation.folded import folded
from engine.topics.backpropagation.graph import Graph
from engine.topics.backpropagation.passes import (
    Passes,
    by_autograd,
    by_differences,
    difference,
    passes,
)

ORDER = 10
SHORT = 64  # characters of an expression that is repeated above its graph


def knobs(view: BackpropView) -> None:
    """The expression, and how it is shown."""
    expression(view)
    if any(name for name, _ in view.graph.graph.statements):
        control(BackpropView, "bp", view, "fold")
    control(BackpropView, "bp", view, "quiz")


def expression(view: BackpropView) -> None:
    """The example, the expression, a number for each variable, and which output."""
    config = view.graph
    one(
        "bp_example",
        say("backpropagation.example"),
        {id: tr(example.label) for id, example in EXAMPLES.items()},
        None if config.formula else config.example,
        lambda id: link.write(BackpropView, view.with_("graph", ExpressionConfig(example=id))),
        index=None,
        placeholder=say("backpropagation.own"),
    )
    held(
        st.text_area,
        "bp_formula",
        say("backpropagation.expression"),
        config.text,
        lambda text: _typed(view, text),
        help=say("backpropagation.expression_help"),
    )
    for number, name in enumerate(config.graph.variables):
        held(
            st.number_input,
            f"bp_value_{number}",
            name,
            float(config.numbers[number]),
            partial(_moved, view, number),
            -1e6,
            1e6,
            step=0.5,
            format="%g",
        )
    if len(config.graph.outputs) > 1:
        _outputs(view)


def _typed(view: BackpropView, text: str) -> None:
    """Another expression; refused with one sentence, and the old one stays."""
    text = " ".join(text.replace("\n", "; ").split())
    if (new := checked(lambda: retyped(view.graph, text))) is not None:
        link.write(BackpropView, view.with_("graph", new))


def _moved(view: BackpropView, number: int, new: float | None) -> None:
    if new is None:
        return
    values = list(view.graph.numbers)
    values[number] = new
    link.write(BackpropView, view.with_("graph.values", tuple(values)))


def _outputs(view: BackpropView) -> None:
    graph = view.graph.graph
    held(
        st.segmented_control,
        "bp_output",
        say("backpropagation.output"),
        graph.outputs.index(view.graph.end),
        lambda n: link.write(BackpropView, view.with_("graph.output", n or 0)),
        list(range(len(graph.outputs))),
        format_func=lambda n: graph.label(graph.outputs[n]),
    )


def show(view: BackpropView) -> None:
    """The film of both passes, the check, and every gate as a row."""
    config = view.graph
    graph, end = config.graph, config.end
    found = passes(graph, config.numbers, end)
    formula = f" ${_latex(config)}$" if len(config.text) <= SHORT else ""
    st.markdown(say("backpropagation.graph_question") + formula)
    drawn = folded(graph, found) if view.fold else (graph, found)
    chart(
        lambda: figures.film(*drawn, back=not view.quiz),
        "bp_graph",
        say("backpropagation.graph_alt"),
        of=(config.key, view.fold, view.quiz),
    )
    for at, text in found.trouble.items():
        where = graph.label(at)
        inputs = ", ".join(figures.number(found.value[i]) for i in graph.vertices[at].inputs)
        st.error(
            say("backpropagation.trouble", gate=where, inputs=inputs or "–", what=tr(text)),
            icon=":material/error:",
        )
    if view.quiz and found.finite:
        _quiz(*drawn)
        return
    _checks(config, found)
    table = _rows(*drawn)
    st.dataframe(table, hide_index=True, width="stretch", key="bp_table")
    said = say("export.by_formula", key=config.key)
    export.foot(said, more=lambda: export.numbers("graph", config.key, lambda: table))


def _latex(config: ExpressionConfig) -> str:
    parts = []
    for name, formula in config.graph.statements:
        left = f"{name[0]}_{{{name[1:]}}} = " if name[1:] else f"{name} = " if name else ""
        parts.append(left + formula.latex())
    return r",\quad ".join(parts)


def _checks(config: ExpressionConfig, found: Passes) -> None:
    """The slopes of all variables beside two other ways to them."""
    graph = config.graph
    mine = [found.slope[graph.at(name)] for name in graph.variables]
    torch = by_autograd(graph, config.numbers, config.end)
    numeric = by_differences(graph, config.numbers, config.end)
    if not found.finite:
        st.caption(say("backpropagation.unchecked"))
        return
    st.caption(
        say(
            "backpropagation.checked",
            torch=rough(difference(mine, torch)),
            numeric=rough(difference(mine, numeric)),
        )
    )


def _quiz(graph: Graph, found: Passes) -> None:
    """A node, a slope that is entered for it, and what is right; or what it must be added up of."""
    nodes = [at for at, v in enumerate(graph.vertices) if v.varies and at != found.output]
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        at = st.selectbox(
            say("backpropagation.quiz_node"),
            nodes,
            format_func=lambda at: f"{graph.label(at)} = {figures.number(found.value[at])}",
            key="bp_quiz_node",
        )
    with middle:
        guess = st.number_input(
            say("backpropagation.quiz_slope"), value=None, format="%g", key=f"bp_quiz_guess_{at}"
        )
    with right:
        shown = st.button(say("backpropagation.quiz_reveal"), key="bp_quiz_reveal")
    if at is None:
        return
    slope, ways = found.slope[at], _ways(graph, found, at)
    near = guess is not None and abs(guess - slope) <= max(0.01 * abs(slope), 1e-3)
    if near or shown:
        text = say("backpropagation.quiz_right", sum=ways, slope=figures.number(slope))
        st.success(text, icon=":material/check:")
    elif guess is not None:
        users = [graph.label(u) for u, v in enumerate(graph.vertices) if at in v.inputs]
        st.warning(say("backpropagation.quiz_wrong", users=", ".join(users) or "–"))


def _ways(graph: Graph, found: Passes, at: int) -> str:
    """What arrives at a node, times what is local, along each edge out of it."""
    parts = [
        f"{figures.number(found.slope[user])} × {figures.number(found.local[user][k])}"
        for user, vertex in enumerate(graph.vertices)
        for k, i in enumerate(vertex.inputs)
        if i == at and found.slope[user]
    ]
    return " + ".join(parts) or "0"


def _rows(graph: Graph, found: Passes) -> dict[str, list[str | float]]:
    """Every vertex: what it is, its value, and the slopes in and out of it."""
    columns: dict[str, list[str | float]] = {
        say(f"backpropagation.{name}"): []
        for name in ("node", "kind", "value", "slope", "local", "sends_title")
    }
    kinds, values, slopes = (list[str | float]() for _ in range(3))
    names, local, sends = (list[str | float]() for _ in range(3))
    for at, vertex in enumerate(graph.vertices):
        gate = graph.gate(at)
        kind = say(f"backpropagation.{gate.pattern if gate else vertex.gate}")
        if vertex.varies and graph.users(at) > 1:
            kind += "; " + say("backpropagation.copy", count=graph.users(at))
        names.append(graph.label(at))
        kinds.append(kind)
        values.append(found.value[at])
        slopes.append(found.slope[at])
        local.append(", ".join(map(figures.number, found.local[at])))
        sends.append(", ".join(map(figures.number, found.sent[at])))
    return dict(zip(columns, (names, kinds, values, slopes, local, sends), strict=True))


def values_of(config: ExpressionConfig) -> str:
    """x = 3, y = −4."""
    pairs = zip(config.graph.variables, config.numbers, strict=True)
    return ", ".join(f"{name} = {value:g}" for name, value in pairs)


def _slope(view: BackpropView) -> Question:
    """The slope of the first variable."""
    config = view.graph
    found = passes(config.graph, config.numbers, config.end)
    name = config.graph.variables[0]
    right = found.slope[config.graph.at(name)]
    values = values_of(config)
    sentence = say("backpropagation.ask_slope", text=config.text, values=values, name=name)
    return Number(sentence, -1000, 1000, right, max(abs(right) / 100, 1e-6))


def _flows(view: BackpropView) -> Question:
    """The slope of the variable that the maximum does not pass."""
    config = view.graph
    found = passes(config.graph, config.numbers, config.end)
    name = config.graph.variables[-1]
    values = values_of(config)
    sentence = say("backpropagation.ask_slope", text=config.text, values=values, name=name)
    return Number(sentence, -1000, 1000, found.slope[config.graph.at(name)], 1e-6)


ASKS: SceneQuestions = {"slope": _slope, "last": _flows}
