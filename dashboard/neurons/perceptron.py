"""Section 1: what can a line tell apart, and how many mistakes does it take to learn it?"""

import numpy as np
import streamlit as st

from dashboard.core import export, link, touch
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control, few_first
from dashboard.core.numbers import rough
from dashboard.core.words import say
from dashboard.neurons import placing
from dashboard.neurons.figures import patterns as pictures
from dashboard.neurons.figures import perceptron as figures
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.patterns import SIDE, Patterns, Shifted, picture, shifted
from engine.topics.neurons.perceptron import Learnt, PerceptronConfig, learn
from engine.topics.neurons.points import GAPS

ORDER = 10
BARE = True

REST = ("order", "limit")  # under More


@st.cache_data(show_spinner=False, max_entries=256)
def learnt_of(_config: PerceptronConfig, key: str) -> Learnt | None:
    return learn(_config)


@st.cache_data(show_spinner=False, max_entries=256)
def shifted_of(_config: Patterns, key: str) -> Shifted:
    return shifted(_config)


def knobs(view: NeuronsView) -> None:
    """Which points, what the unit is given of them; the order and the end under More."""
    control(NeuronsView, "neurons", view, "data")
    if view.data == "pictures":
        return
    names = ["plane.preset", "features"]
    if view.perceptron.features == "hidden":
        names += ["units", "drawn"]
    if view.perceptron.plane.preset in GAPS:
        names[1:1] = ["plane.count", "plane.seed"]
    few, rest = ([f"perceptron.{name}" for name in group] for group in (names, REST))
    few_first(NeuronsView, "neurons", view, few, rest)


def show(view: NeuronsView) -> None:
    """The film of the mistakes with both limits of the proof, or the two pictures."""
    if view.data == "pictures":
        _pictures(view)
        return
    st.markdown(say("neurons.perceptron_question"))
    config = view.perceptron
    found = learnt_of(config, config.key)
    if found is None:
        st.info(say("neurons.both_classes"), icon=":material/add_circle:")
    else:
        _numbers(found)
        alt = say("neurons.perceptron_alt")
        chart(lambda: figures.film(config, found), "neurons_perceptron", alt, of=(config.key,))
        _verdict(config, found)
        st.caption(_checked(found))
    table = None if found is None else lambda: _table(found)
    placing.below(view, "perceptron", table, expanded=True)


def _numbers(found: Learnt) -> None:
    """Mistakes, R, γ and the bound, each with what it is."""
    exists = found.margin.exists
    count = len(found.walk.pushed)
    with st.container(horizontal=True):
        for name, value in (
            ("mistakes", f"{count}" if found.walk.stopped else f"> {count - 1}"),
            ("bound", f"{found.bound:.1f}" if exists else "∞"),
            ("radius", f"{found.radius:.3f}"),
            ("gamma", f"{found.margin.gamma:.4f}" if exists else "–"),
        ):
            help = say(f"neurons.{name}_help")
            st.metric(say(f"neurons.{name}"), value, help=help, width="content")


def _verdict(config: PerceptronConfig, found: Learnt) -> None:
    """Whether the rule ends, with the sentence that proves it."""
    count = len(found.walk.pushed)
    if found.margin.exists:
        text = say(
            "neurons.line" if found.walk.stopped else "neurons.line_later",
            mistakes=count,
            bound=f"{found.bound:.1f}",
            radius=f"{found.radius:.3g}",
            gamma=f"{found.margin.gamma:.3g}",
        )
        (st.success if found.walk.stopped else st.info)(text, icon=":material/check:")
        return
    held = int((found.margin.weights > 1e-9).sum())
    if found.common is None:
        text = say("neurons.no_plane", points=held)
    else:
        x, y = (f"{value:.3g}" for value in found.common + 0.0)
        text = say("neurons.no_line", points=held, x=x, y=y)
    if config.features == "plain":
        text += " " + say("neurons.cures")
    st.info(text, icon=":material/block:")


def _checked(found: Learnt) -> str:
    which = "neurons.checked_line" if found.margin.exists else "neurons.checked_none"
    said = say(which, gap=rough(found.margin.gap))
    return f"{said} {say('neurons.agree' if found.margin.agree else 'neurons.disagree')}"


def _table(found: Learnt) -> dict[str, np.ndarray]:
    """The weights after each mistake, and which point pushed."""
    names = ["b", *(f"w{i}" for i in range(1, found.walk.weights.shape[1]))]
    table = {"mistake": np.arange(len(found.walk.weights))}
    table["point"] = np.append(-1, found.walk.pushed)
    return table | dict(zip(names, found.walk.weights.T, strict=True))


def _pictures(view: NeuronsView) -> None:
    """Both pictures, their means, and what can and cannot tell them apart wherever they stand."""
    st.markdown(say("neurons.patterns_question"))
    config = view.patterns
    found = shifted_of(config, config.key)
    alt = say("neurons.patterns_alt")
    chart(lambda: pictures.classes(found), "neurons_patterns", alt, of=(config.key,))
    alt = say("neurons.answers_alt")
    chart(lambda: pictures.answers(found), "neurons_answers", alt, of=(config.key,))
    first, second = (len(set(pixels)) for pixels in (config.first, config.second))
    if found.same:
        st.info(say("neurons.same"), icon=":material/drag_handle:")
    elif found.margin.exists:
        numbers = {"first": first, "second": second, "mistakes": len(found.walk.pushed)}
        st.success(say("neurons.counted", **numbers), icon=":material/check:")
    else:
        share = f"{first / SIDE**2:.4g}"
        st.info(say("neurons.one_mean", share=share), icon=":material/block:")
        apart = f"{found.apart:.3g}"
        st.success(say("neurons.maximum", apart=apart), icon=":material/filter_alt:")
    means = float(np.abs(found.means[0] - found.means[1]).max())
    st.caption(
        say("neurons.patterns_checked", means=rough(means), gap=rough(found.margin.gap))
        + " "
        + say("neurons.agree" if found.margin.agree else "neurons.disagree")
    )
    with st.expander(say("neurons.draw"), expanded=True):
        for column, name in zip(st.columns(2), ("first", "second"), strict=True):
            with column:
                _cells(view, name)
    said = say("export.by_formula", key=config.key)
    names = ("linear", "mean", "maximum")
    columns = dict(zip(names, (found.sums, found.mean, found.maximum), strict=True))
    export.foot(said, more=lambda: export.numbers("patterns", config.key, lambda: columns))


def _cells(view: NeuronsView, name: str) -> None:
    """One of the two pictures, to be painted."""

    def change(grid: list[list[float]]) -> None:
        flat = [value for row in grid for value in row]
        pixels = tuple(number for number, value in enumerate(flat) if value > 0.5)
        link.write(NeuronsView, view.with_(f"patterns.{name}", pixels))

    st.caption(say(f"neurons.{name}"))
    now = picture(getattr(view.patterns, name)).tolist()
    alt = say(f"neurons.{name}")
    touch.cells(f"neurons_{name}", now, change, low=0, high=1, names="□■", alt=alt)


def _ends(view: NeuronsView) -> Question | None:
    found = learnt_of(view.perceptron, view.perceptron.key)
    if found is None:
        return None
    options = {"ends": say("neurons.it_ends"), "never": say("neurons.it_never_ends")}
    right = "ends" if found.margin.exists else "never"
    return Choice(say("neurons.ask_ends"), options, right)


def _mistakes(view: NeuronsView) -> Question | None:
    found = learnt_of(view.perceptron, view.perceptron.key)
    if found is None:
        return None
    count = len(found.walk.pushed)
    return Number(say("neurons.ask_mistakes", points=len(found.x)), 0, 60, count, 3)


def _tells(view: NeuronsView) -> Question:
    found = shifted_of(view.patterns, view.patterns.key)
    options = {"yes": say("neurons.some_weights"), "no": say("neurons.no_weights")}
    return Choice(say("neurons.ask_patterns"), options, "yes" if found.margin.exists else "no")


ASKS: SceneQuestions = {"ends": _ends, "mistakes": _mistakes, "patterns": _tells}
