"""Section 1: every function above its derivative; a table of facts; softmax apart."""

import threading
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.activations.choices import longer, put, several, sliders
from dashboard.activations.figures import curves as figures
from dashboard.activations.view import ActView
from dashboard.core import export
from dashboard.core.ask import Curve, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.live import live
from dashboard.core.numbers import rough
from dashboard.core.words import say, tr
from dashboard.language.called import member
from engine.nn.activations import ACTIVATIONS, Activation
from engine.topics.activations.cost import Cost, costs
from engine.topics.activations.gallery import Curves, GalleryConfig, curves, facts
from engine.topics.activations.softmax import Softmax, SoftmaxConfig, softmax

ORDER = 10
BARE = True

POINTS = 401  # of each curve that is sent to the browser
FIRST = ("logistic", "relu", "tanh", "leaky_relu", "gelu", "elu", "silu", "linear")
PLACES = {id: i for i, id in enumerate((*FIRST, *(id for id in ACTIVATIONS if id not in FIRST)))}
"""Which colour a function has: those that are often drawn together get different ones."""
SHARED = ("slope", "alpha", "beta", "approximate", "values")  # knobs of some functions only


@st.cache_data(show_spinner=False, max_entries=256)
def curves_of(_config: GalleryConfig, key: str) -> Curves:
    return curves(_config, POINTS)


@st.cache_data(show_spinner=False, max_entries=256)
def softmax_of(_config: SoftmaxConfig, key: str) -> Softmax:
    return softmax(_config)


ASKED = 41  # places of a curve that is to be drawn


def _derivative(view: ActView) -> Curve | None:
    """What is the derivative of the function that is drawn first?"""
    if not view.gallery.shown:
        return None
    found = curves_of(view.gallery, view.gallery.key)
    first = min(range(len(found.ids)), key=lambda i: PLACES[found.ids[i]])
    few = np.linspace(0, POINTS - 1, ASKED).round().astype(int)
    return Curve(
        say("activations.ask_derivative", name=tr(found.labels[first])),
        x=(float(found.x[0]), float(found.x[-1])),
        y=(-0.5, 1.5),
        right=tuple(float(v) for v in found.derivative[first][few]),
        tolerance=0.04,
    )


ASKS: SceneQuestions = {"derivative": _derivative}


def labels() -> dict[str, str]:
    """What a reader calls each activation, by id."""
    return {id: tr(member.about.label) for id, member in ACTIVATIONS.items()}


def knobs(view: ActView) -> None:
    """Which functions, their shared knobs where one of them has it, and softmax's numbers."""
    several(view, "gallery.shown", labels())
    control(ActView, "act", view, "gallery.bias")
    has = {name for id in view.gallery.shown for name in ACTIVATIONS[id].model_fields}
    for name in SHARED:
        if name in has:
            control(ActView, "act", view, f"gallery.{name}")
    control(ActView, "act", view, "gallery.reach")
    with st.expander(say("activations.softmax"), expanded=True):
        control(ActView, "act", view, "softmax.temperature")
        now = view.softmax.logits
        sliders(
            "logit", say("activations.logit"), now, 6.0, lambda new: put(view, softmax__logits=new)
        )
        longer(
            "logits",
            say("activations.class"),
            (lambda: put(view, softmax__logits=now[:-1])) if len(now) > 2 else None,
            (lambda: put(view, softmax__logits=(*now, 0.0))) if len(now) < 12 else None,
        )


def show(view: ActView) -> None:
    """The curves and how far autograd is from the formulas; the table; softmax."""
    if not view.gallery.shown:
        st.info(say("activations.choose_some"))
    else:
        found = curves_of(view.gallery, view.gallery.key)
        order = [PLACES[id] for id in found.ids]
        chart(
            figures.pair(found, order, view.gallery.bias),
            "act_curves",
            say("activations.curves_alt"),
        )
        worst = int(found.difference.argmax())
        st.caption(
            say(
                "activations.checked",
                difference=rough(found.difference.max()),
                points=POINTS,
                where=tr(found.labels[worst]),
            )
        )
        waiting = _measured() is None
        members = view.gallery.members()
        st.markdown(formulas(members))
        live(lambda: _properties(members), active=waiting, every=0.5)
        _foot(view.gallery, found)
    _softmax(view.softmax)


_COSTS: dict[str, dict[str, Cost]] = {}
_MEASURING = threading.Lock()


def _measured() -> dict[str, Cost] | None:
    """The costs where they are known; else they are measured behind the page's back."""
    if "here" in _COSTS:
        return _COSTS["here"]

    def measure() -> None:
        try:
            _COSTS["here"] = costs()
        finally:
            _MEASURING.release()

    if _MEASURING.acquire(blocking=False):
        threading.Thread(target=measure, name="blindspot-costs", daemon=True).start()
    return None


def _properties(members: Sequence[Activation]) -> bool:
    """What follows from each function; whether costs are still measured."""
    cost = _measured()
    st.markdown(properties(members, cost))
    st.caption(say("activations.table"))
    return cost is None


def formulas(members: Sequence[Activation]) -> str:
    """Markdown, because formulas are LaTeX: one row for each function."""
    rows = [
        [
            f"[{member(one)}]({fact.url})" if fact.url else member(one),
            *(f"${text}$".replace("|", r"\vert ") for text in (fact.formula, fact.derivative)),
            f"${fact.range}$",
        ]
        for one, fact in zip(members, facts(members), strict=True)
    ]
    return _table(("function", "formula", "derivative", "range"), rows)


def properties(members: Sequence[Activation], cost: dict[str, Cost] | None) -> str:
    """Markdown of one row for each function."""
    rows = []
    for one, fact in zip(members, facts(members), strict=True):
        mine = cost.get(fact.id) if cost else None
        rows.append(
            [
                member(one),
                _yes(fact.zero_centred),
                say(f"activations.saturates_{fact.saturates.replace(' ', '_')}"),
                _yes(fact.can_die),
                _yes(fact.smooth),
                _yes(fact.monotone),
                "–" if fact.gain is None else f"{fact.gain:.3f}",
                "…" if mine is None else f"{mine.relative:.1f}",
            ]
        )
    names = ("function", "centred", "saturates", "dies", "smooth", "monotone", "gain", "cost")
    return _table(names, rows)


def _table(names: tuple[str, ...], rows: list[list[str]]) -> str:
    head = [say(f"activations.{name}") for name in names]
    lines = [" | ".join(row) for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(f"| {line} |" for line in lines)


def _yes(value: bool) -> str:
    return say("activations.yes" if value else "activations.no")


def _foot(config: GalleryConfig, found: Curves) -> None:
    """The link, and what is drawn as numbers."""

    def columns() -> dict[str, NDArray[np.float64]]:
        table = {"x": found.x}
        for id, value, slope in zip(found.ids, found.value, found.derivative, strict=True):
            table |= {id: value, f"{id}_derivative": slope}
        return table

    said = say("export.by_formula", key=config.key)
    export.foot(said, more=lambda: export.numbers("functions", config.key, columns))


def _softmax(config: SoftmaxConfig) -> None:
    """Probabilities with the slope of each by each logit."""
    st.markdown(f"#### {say('activations.softmax')}")
    found = softmax_of(config, config.key)
    plain = softmax_of(SoftmaxConfig(logits=config.logits), SoftmaxConfig(logits=config.logits).key)
    chart(
        figures.softmax(config, found, plain.probabilities),
        "act_softmax",
        say("activations.softmax_alt"),
    )
    st.caption(
        say(
            "activations.softmax_says",
            entropy=f"{found.entropy:.3f}",
            most=f"{found.most:.3f}",
            effective=f"{2.718281828459045**found.entropy:.2f}",
            classes=len(config.logits),
            difference=rough(found.difference),
        )
    )
