"""Section 5: how do slopes go back through a convolution, a maximum, an average?"""

from functools import partial

import streamlit as st

from dashboard.backpropagation.figures import kernels as figures
from dashboard.backpropagation.view import BackpropView
from dashboard.core import export, link, touch
from dashboard.core.ask import Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.numbers import rough
from dashboard.core.words import say
from engine.topics.backpropagation.kernels import Backwards, KernelConfig, backwards, ties

ORDER = 50


@st.cache_data(show_spinner=False, max_entries=256)
def backwards_of(_config: KernelConfig, key: str) -> Backwards:
    return backwards(_config)


def knobs(view: BackpropView) -> None:
    """Only what the chosen layer has."""
    op = view.kernels.op
    names = ["op", "size", "kernel", "stride", "padding"]
    names += ["dilation"] if op != "average" else []
    names += ["way"] if op != "max" else []
    for name in names:
        control(BackpropView, "bp", view, f"kernels.{name}")
    with st.expander(say("controls.more"), key="bp_kernels_more"):
        control(BackpropView, "bp", view, "kernels.seed")


def show(view: BackpropView) -> None:
    """The film of the way back, cells to edit, and the same slopes by three ways."""
    config = view.kernels
    found = backwards_of(config, config.key)
    st.markdown(say("backpropagation.convolution_question"))
    chart(
        lambda: figures.film(config, found),
        "bp_kernels",
        say("backpropagation.kernels_alt"),
        of=(config.key,),
    )
    with st.expander(say("backpropagation.edit"), key="bp_edit"):
        _cells(view)
    st.markdown(say("backpropagation.three_question"))
    chart(
        lambda: figures.three(found), "bp_three", say("backpropagation.three_alt"), of=(config.key,)
    )
    slopes = found.filter
    if slopes is not None:
        st.markdown(say("backpropagation.weights_question"))
        chart(
            lambda: figures.three_weights(slopes),
            "bp_three_weights",
            say("backpropagation.three_alt"),
            of=(config.key,),
        )
    worst = max(found.input.worst(found.tied), slopes.worst() if slopes else 0.0)
    st.caption(say("backpropagation.three_worst", worst=rough(worst)))
    if found.tied.any():
        _ties(found)
    said = say("backpropagation.check_foot", seed=config.seed, key=config.key)
    export.foot(said, more=lambda: export.numbers("kernels", config.key, lambda: _table(found)))


def _cells(view: BackpropView) -> None:
    """The input, and the kernel where there is one, as numbers to change."""
    config = view.kernels

    def put(name: str, grid: list[list[float]]) -> None:
        values = tuple(value for row in grid for value in row)
        link.write(BackpropView, view.with_(f"kernels.{name}", values))

    grids = {"pixels": (config.image, say("backpropagation.pixels"))}
    if config.op == "convolution":
        grids["weights"] = (config.filter, say("backpropagation.kernel"))
    for column, (name, (values, title)) in zip(st.columns(2), grids.items(), strict=False):
        with column:
            st.caption(title)
            touch.cells(
                f"bp_{name}",
                values.tolist(),
                partial(put, name),
                low=-99,
                high=99,
                step=1,
                alt=title,
            )


def _ties(found: Backwards) -> None:
    """What each of torch's functions gives back at a tie."""
    st.warning(say("backpropagation.ties", count=int(found.tied.sum())), icon=":material/balance:")
    rows = ties()
    st.dataframe(
        {
            say("backpropagation.function"): [
                name if name != "difference" else say("backpropagation.by_difference")
                for name in rows
            ],
            say("backpropagation.first_of_equals"): [first for first, _ in rows.values()],
            say("backpropagation.second_of_equals"): [second for _, second in rows.values()],
        },
        hide_index=True,
        key="bp_ties",
    )


def _table(found: Backwards) -> dict[str, list[float]]:
    rows, columns = found.input.formula.shape
    return {
        "row": [row for row in range(rows) for _ in range(columns)],
        "column": [*range(columns)] * rows,
        "formula": found.input.formula.ravel().tolist(),
        "autograd": found.input.autograd.ravel().tolist(),
        "difference": found.input.numeric.ravel().tolist(),
        "tied": found.tied.ravel().tolist(),
    }


def _feeds(view: BackpropView) -> Question:
    """How many outputs the middle of the input feeds."""
    config = view.kernels
    middle = (config.size // 2, config.size // 2)
    right = sum(middle in inside for inside in backwards_of(config, config.key).routes.values())
    sentence = say(
        "backpropagation.ask_feeds", size=config.size, kernel=config.kernel, stride=config.stride
    )
    return Number(sentence, 0, 200, right, 0)


def _silent(view: BackpropView) -> Question:
    """How many cells of the input get no slope at all."""
    config = view.kernels
    found = backwards_of(config, config.key)
    right = int((found.input.formula == 0).sum())
    sentence = say(
        "backpropagation.ask_silent", size=config.size, kernel=config.kernel, stride=config.stride
    )
    return Number(sentence, 0, 64, right, 0)


ASKS: SceneQuestions = {"feeds": _feeds, "silent": _silent}
