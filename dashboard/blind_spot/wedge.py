"""Section 1: which pixels does each scheme see, which does it miss, and what do formulas say?"""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.blind_spot.choices import knobs_of
from dashboard.blind_spot.figures import fields
from dashboard.blind_spot.view import SpotView
from dashboard.core import link
from dashboard.core.ask import Cell, Number, Pixel, Question, SceneQuestions
from dashboard.core.chart import Point, chart
from dashboard.core.words import say, tr
from engine.autoregressive import closed_forms
from engine.autoregressive.classification import Kind, classify, counts, reach
from engine.autoregressive.masks import Masks
from engine.autoregressive.orders import ranks
from engine.autoregressive.propagation import propagate
from engine.autoregressive.schemes import SCHEMES

ORDER = 10
ID = "spot"
BARE = True
KNOBS = (
    "scheme", "beside", "kernel", "layers", "dilation",
    "dilations", "size", "row", "column", "solid",
)  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=256)
def kinds_of(
    scheme: str, kernel: int, steps: tuple[int, ...], size: int, target: tuple[int, int]
) -> NDArray[np.int8]:
    """(L, H, W): the kind of every pixel for the target, after each layer of these dilations."""
    return field_of(SCHEMES[scheme]().masks(kernel), steps, size, (0, *target))[:, 0]


def field_of(
    masks: Masks, steps: tuple[int, ...], size: int, target: tuple[int, int, int]
) -> NDArray[np.int8]:
    """(L, C, H, W): the kind of every value for a channel of a pixel, after each layer."""
    order = ranks(masks.channels, size, size)
    grown = propagate(masks, len(steps), size, size, steps)
    return np.stack(
        [
            classify(field, target, order, reach(masks, layer, steps[:layer]))
            for layer, field in enumerate(grown, 1)
        ]
    )


def knobs(view: SpotView) -> None:
    knobs_of(view, *KNOBS)


def show(view: SpotView) -> None:
    """Both schemes, the counts beside their closed forms, and the stack in three dimensions."""
    chosen = {tr(s.about.label): s.id for s in (view.scheme, view.beside)}
    found = {
        label: kinds_of(id, view.kernel, view.steps, view.size, view.target)
        for label, id in chosen.items()
    }
    chart(
        lambda: fields.growth(found, view.target),
        "spot_growth",
        say("blind_spot.growth_alt"),
        of=(*chosen.values(), view.kernel, view.steps, view.size, view.target),
        on_click=lambda point: clicked(view, point),
    )
    st.markdown(fields.key(), unsafe_allow_html=True)
    st.caption(say("blind_spot.click"))
    st.table(  # drawn faster than a data frame
        [_row(view, label, id, found[label][-1]) for label, id in chosen.items()], hide_index=True
    )
    st.caption(_formulas(view))
    if view.solid:
        columns = st.columns(len(found))
        for column, (label, kinds) in zip(columns, found.items(), strict=True):
            with column:
                chart(
                    fields.solid(kinds, label), f"spot_solid_{label}", say("blind_spot.solid_alt")
                )


def clicked(view: SpotView, point: Point) -> None:
    """A click on a pixel makes it the target."""
    link.write(SpotView, view.with_("row", round(point.y)).with_("column", round(point.x)))


def _row(view: SpotView, label: str, id: str, kinds: NDArray[np.int8]) -> dict[str, str | int]:
    number = counts(kinds)
    legal = number[Kind.USED] + number[Kind.BLIND]
    formula = {
        "single": lambda k, n, d: closed_forms.single(k, n),
        "quadrant": lambda k, n, d: closed_forms.quadrant(k, n),
        "horizontal_once": lambda k, n, d: closed_forms.horizontal_once(k, n),
        "two_stacks": closed_forms.two_stacks,
        "vertical": closed_forms.vertical,
        "horizontal": closed_forms.horizontal,
    }.get(id)
    alike = len(set(view.steps)) == 1  # the closed forms are of one dilation for all layers
    known = formula and alike and not (id == "horizontal_once" and view.steps[0] > 1)
    expected = formula(view.kernel, view.layers, view.steps[0]) if known and formula else None
    inside = _interior(view)
    exact = "–" if expected is None else f"{expected} {_mark(expected, number[Kind.USED], inside)}"
    return {
        say("blind_spot.scheme"): label,
        say("blind_spot.used"): number[Kind.USED],
        say("blind_spot.formula"): exact,
        say("blind_spot.blind"): number[Kind.BLIND],
        say("blind_spot.legal"): legal,
        say("blind_spot.share"): f"{number[Kind.BLIND] / max(legal, 1):.0%}",
        say("blind_spot.leak"): number[Kind.LEAK],
    }


def _mark(expected: int, counted: int, inside: bool) -> str:
    if not inside:
        return say("blind_spot.border")
    return "✓" if expected == counted else "✗"


def _interior(view: SpotView) -> bool:
    """Whether the reachable box lies inside the image, so that the closed forms count it."""
    half = view.kernel // 2 * sum(view.steps)
    row, column = view.target
    return half <= row and half <= column < view.size - half


def _formulas(view: SpotView) -> str:
    m, layers, d = view.kernel // 2, view.layers, view.steps[0]
    if len(set(view.steps)) > 1:
        return say("blind_spot.formulas_none", steps=", ".join(map(str, view.steps)))
    return say(
        "blind_spot.formulas",
        m=m,
        layers=layers,
        legal=closed_forms.legal(view.kernel, layers, d),
        blind=closed_forms.blind(view.kernel, layers),
    )


def _blind(view: SpotView) -> tuple[NDArray[np.int8], frozenset[Cell]]:
    """The field of the first scheme after all layers, and its legal cells that are never seen."""
    kinds = kinds_of(view.scheme.id, view.kernel, view.steps, view.size, view.target)[-1]
    cells = np.argwhere(kinds == Kind.BLIND).tolist()
    return kinds, frozenset((row, column) for row, column in cells)


def _which(view: SpotView) -> Question:
    sentence = say("blind_spot.ask_which", layers=view.layers, kernel=view.kernel)
    return Pixel(sentence, (view.size, view.size), _blind(view)[1], frozenset({view.target}))


def _how_many(view: SpotView) -> Question:
    kinds, blind = _blind(view)
    legal = int(np.isin(kinds, (Kind.BLIND, Kind.USED)).sum())
    sentence = say("blind_spot.ask_share", layers=view.layers, legal=legal)
    return Number(sentence, 0, 100, 100 * len(blind) / legal, 4, tr("percent"))


ASKS: SceneQuestions = {"which": _which, "share": _how_many}
