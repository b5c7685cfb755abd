"""Guess first, then look: a scene may ask what its picture will show.

A scene names a question; the section that it opens has it among its `ASKS`: id -> a function from
the page's view to a `Question`, which computes the right answer as the picture does. Nothing of an
answer is typed. `ask` in the link asks whoever opens it; a scene that is chosen from the menu asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import hypot
from types import ModuleType
from typing import Any, TypeAlias

import streamlit as st

from dashboard.core import link, touch
from dashboard.core.chart import Point, chart
from dashboard.core.scenes import Scene, current
from dashboard.core.touch import Span
from dashboard.core.words import say
from dashboard.figures.blank import blank
from dashboard.figures.guessed import guessed

RESULTS = "_asked"  # of this visit: scene to guess and whether it was right
Cell: TypeAlias = tuple[int, int]  # row and column


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    sentence: str
    options: Mapping[str, str]  # id -> label
    right: str

    def near(self, guess: Any) -> bool:
        return bool(guess == self.right)

    def outcome(self, guess: Any) -> str:
        label = self.options[guess]
        if self.near(guess):
            return say("ask.right", guess=label)
        return say("ask.wrong", guess=label, right=self.options[self.right])


@dataclass(frozen=True, slots=True)
class Number:
    """A number; right is what is at most `tolerance` away."""

    sentence: str
    low: float
    high: float
    right: float
    tolerance: float
    unit: str = ""

    def near(self, guess: Any) -> bool:
        return abs(float(guess) - self.right) <= self.tolerance

    def outcome(self, guess: Any) -> str:
        off = abs(float(guess) - self.right)
        numbers = {"guess": f"{guess:,.4g}", "right": f"{self.right:,.4g}", "off": f"{off:,.3g}"}
        which = "ask.number_right" if self.near(guess) else "ask.number_wrong"
        return say(which, unit=f" {self.unit}".rstrip(), **numbers)


@dataclass(frozen=True, slots=True)
class Pixel:
    """A cell of a picture; several may be right."""

    sentence: str
    size: Cell  # rows and columns
    right: frozenset[Cell]
    marked: frozenset[Cell] = frozenset()  # shown with the question, as a target

    def near(self, guess: Any) -> bool:
        return tuple(guess) in self.right

    def outcome(self, guess: Any) -> str:
        row, column = guess
        if self.near(guess):
            return say("ask.pixel_right", row=row, column=column, count=len(self.right))
        off = min(hypot(row - r, column - c) for r, c in self.right)
        return say("ask.pixel_wrong", row=row, column=column, off=f"{off:.1f}")


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve over evenly spaced places; right is what is at most `tolerance` away on average."""

    sentence: str
    x: Span
    y: Span
    right: tuple[float, ...]
    tolerance: float

    def _away(self, guess: Any) -> list[float]:
        return [abs(float(a) - b) for a, b in zip(guess, self.right, strict=True)]

    def near(self, guess: Any) -> bool:
        away = self._away(guess)
        return sum(away) / len(away) <= self.tolerance

    def outcome(self, guess: Any) -> str:
        away = self._away(guess)
        worst = away.index(max(away))
        place = self.x[0] + worst / (len(away) - 1) * (self.x[1] - self.x[0])
        return say(
            "ask.curve_right" if self.near(guess) else "ask.curve_wrong",
            off=f"{sum(away) / len(away):.2g}",
            worst=f"{max(away):.2g}",
            place=f"{place:.2g}",
        )


Question: TypeAlias = Choice | Number | Pixel | Curve
SceneQuestions: TypeAlias = Mapping[str, Callable[[Any], Question | None]]


def question_of(module: ModuleType, scene: Scene, view: Any) -> Question | None:
    """What a scene asks in a section; None where it asks nothing there."""
    asks: SceneQuestions = getattr(module, "ASKS", {})
    return asks[scene.ask](view) if scene.ask in asks else None


def before(page: str, module: ModuleType, view: Any) -> bool:
    """Ask what the open scene asks, or say how the guess was; whether the picture is to wait."""
    scene = current(page)
    if scene is None or not scene.ask:
        return False
    found: dict[str, Any] = st.session_state.setdefault(RESULTS, {})
    waits = "ask" in st.query_params and scene.id not in found
    if not waits and scene.id not in found:
        return False
    question = question_of(module, scene, view)
    if question is None:
        return False
    if waits:
        _draw(scene, question)
    else:
        _outcome(scene, question, found)
    return waits


def _draw(scene: Scene, question: Question) -> None:
    """The question with a widget for its kind of answer, and the way round it."""

    def answer(guess: Any) -> None:
        if guess is not None:
            st.session_state[RESULTS][scene.id] = guess
            _without()

    st.markdown(f"#### {question.sentence}")
    key = f"ask_{scene.id}"
    match question:
        case Choice():
            st.radio(
                say("ask.guess"),
                list(question.options),
                index=None,
                key=key,
                format_func=question.options.__getitem__,
            )
        case Number(low=low, high=high):
            unit = f" ({question.unit})" if question.unit else ""
            st.number_input(
                say("ask.guess") + unit,
                float(low),
                float(high),
                None,
                format="%g",
                key=key,
                placeholder=say("ask.type"),
            )
        case Pixel(size=size, marked=marked):
            chart(
                blank(size, marked),
                f"{key}_board",
                say("ask.board_alt"),
                on_click=lambda point: answer(_cell(point, size)),
            )
        case Curve(x=x, y=y, right=right):
            flat = [min(max(0.0, y[0]), y[1])] * len(right)
            touch.curve(
                f"{key}_drawn",
                st.session_state.get(key, flat),
                lambda heights: st.session_state.update({key: heights}),
                x=x,
                y=y,
                alt=say("ask.curve_alt"),
            )
    with st.container(horizontal=True):
        if not isinstance(question, Pixel):
            st.button(
                say("ask.reveal"),
                type="primary",
                icon=":material/visibility:",
                key="ask_reveal",
                on_click=lambda: answer(st.session_state.get(key)),
            )
        st.button(say("ask.skip"), key="ask_skip", on_click=_without)


def _cell(point: Point, size: Cell) -> Cell:
    rows, columns = size
    return (min(max(round(point.y), 0), rows - 1), min(max(round(point.x), 0), columns - 1))


def _outcome(scene: Scene, question: Question, found: dict[str, Any]) -> None:
    """How far off the guess was, and how many were right in this visit."""
    guess = found[scene.id]
    try:
        right, said = question.near(guess), question.outcome(guess)
    except (TypeError, ValueError, KeyError):  # the scene asks something else by now
        del found[scene.id]
        return
    rights: dict[str, bool] = st.session_state.setdefault(f"{RESULTS}_right", {})
    rights[scene.id] = right
    icon = ":material/check_circle:" if right else ":material/cancel:"
    score = say("ask.score", right=sum(rights.values()), asked=len(rights))
    (st.success if right else st.info)(f"{said} {score}", icon=icon)
    if isinstance(question, Curve):
        chart(guessed(question.x, guess, question.right), "ask_curves", say("ask.curves_alt"))

    def again() -> None:
        found.pop(scene.id, None)
        link.put(st.query_params.to_dict() | {"ask": "1"})

    st.button(say("ask.again"), key="ask_again", icon=":material/replay:", on_click=again)


def _without() -> None:
    items = st.query_params.to_dict()
    link.put({name: value for name, value in items.items() if name != "ask"})
