"""Section 3: how do slopes go back a layer at a time, and what must be kept for that?"""

import numpy as np
import streamlit as st

from dashboard.backpropagation.figures import layers as figures
from dashboard.backpropagation.figures.graph import number
from dashboard.backpropagation.figures.layers import plainly
from dashboard.backpropagation.view import BackpropView
from dashboard.core import export
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import few_first
from dashboard.core.numbers import rough
from dashboard.core.words import say
from engine.topics.backpropagation.layers import LayersConfig, Line, Walked, walk
from engine.topics.backpropagation.memory import Memory, memory

ORDER = 30
WRITTEN = 12  # entries of a matrix that are written in full


@st.cache_data(show_spinner=False, max_entries=64)
def walked_of(_config: LayersConfig, key: str) -> Walked:
    return walk(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def memory_of(_config: LayersConfig, key: str) -> Memory:
    return memory(_config)


def both(config: LayersConfig) -> tuple[Walked, Memory]:
    """The lines do not know of batch and segments, so these leave them as they are."""
    one = LayersConfig(widths=config.widths, activation=config.activation, seed=config.seed)
    return walked_of(one, one.key), memory_of(config, config.key)


def knobs(view: BackpropView) -> None:
    few = [f"layers.{name}" for name in ("widths", "activation", "batch", "segments")]
    few_first(BackpropView, "bp", view, few, ["layers.seed"])


def show(view: BackpropView) -> None:
    """Values and slopes layer by layer, every equation with its numbers, and the memory."""
    config = view.layers
    found, held = both(config)
    st.markdown(say("backpropagation.layers_question"))
    chart(
        lambda: figures.values(found),
        "bp_layers",
        say("backpropagation.layers_alt"),
        of=(config.widths, config.activation, config.seed),
    )
    st.success(
        say("backpropagation.layers_checked", count=len(found.lines), worst=rough(found.worst)),
        icon=":material/check:",
    )
    with st.expander(say("backpropagation.lines"), expanded=config.depth <= 3, key="bp_lines"):
        st.markdown(_lines(found))
    st.markdown(say("backpropagation.memory_question"))
    chart(
        lambda: figures.kept(config, held),
        "bp_memory",
        say("backpropagation.memory_alt"),
        of=(config.key,),
    )
    st.info(_saved(config, held), icon=":material/memory:")
    st.caption(
        say(
            "backpropagation.memory_checked",
            counted=plainly(held.whole),
            measured=plainly(sum(held.measured)),
            gap=rough(held.gap),
        )
    )
    said = say("backpropagation.check_foot", seed=config.seed, key=config.key)
    export.foot(said, more=lambda: export.numbers("layers", config.key, lambda: _table(found)))


def _lines(found: Walked) -> str:
    """A table in Markdown: equation, shape, numbers, difference from torch."""
    head = [say(f"backpropagation.{name}") for name in ("equation", "shape", "numbers", "gap")]
    rows = ["| " + " | ".join(head) + " |", "|---|---|---|---|"]
    for line in found.lines:
        rows_, columns = line.value.shape
        cells = [f"${line.latex}$", f"{rows_} × {columns}", _numbers(line), rough(line.gap)]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _numbers(line: Line) -> str:
    """A small matrix in full; of a large one its ends."""
    if line.value.size > WRITTEN:
        return say(
            "backpropagation.from_to",
            low=number(float(line.value.min()), 3),
            high=number(float(line.value.max()), 3),
        )
    rows = [" & ".join(number(float(v), 3) for v in row) for row in line.value]
    inside = r" \\ ".join(rows).replace("−", "-")
    return rf"$\begin{{pmatrix}}{inside}\end{{pmatrix}}$"


def _saved(config: LayersConfig, held: Memory) -> str:
    best = int(np.argmin(held.peaks)) + 1
    return say(
        "backpropagation.saved",
        whole=plainly(held.whole),
        cuts=config.cuts,
        peak=plainly(held.peak),
        share=f"{held.peak / held.whole:.0%}",
        again=f"{held.again:,}",
        more=f"{held.again / (3 * held.forward):.0%}",
        best=best,
        least=plainly(held.peaks[best - 1]),
    )


def _table(found: Walked) -> dict[str, list[str | float | int]]:
    """Every entry of every line."""
    columns: dict[str, list[str | float | int]] = {
        name: [] for name in ("equation", "row", "column", "by_hand", "torch")
    }
    for line in found.lines:
        for (row, column), value in np.ndenumerate(line.value):
            entry = (line.latex, row, column, float(value), float(line.by_torch[row, column]))
            for name, part in zip(columns, entry, strict=True):
                columns[name].append(part)
    return columns


def _shape(view: BackpropView) -> Question:
    """Which shape has the slope of the second layer's weights?"""
    inputs, out = view.layers.sizes[1:3]
    shapes = [(out, inputs), (inputs, out), (out, 1), (out * inputs, out)]
    options = {f"{a}x{b}": f"{a} × {b}" for a, b in shapes}
    question = say("backpropagation.ask_shape", inputs=inputs, out=out)
    return Choice(question, options, f"{out}x{inputs}")


def _cut(view: BackpropView) -> Question:
    """With how many segments is least held?"""
    _, held = both(view.layers)
    least = min(held.peaks)
    middle = [n for n, peak in enumerate(held.peaks, 1) if peak == least]
    question = say("backpropagation.ask_cut", depth=view.layers.depth)
    return Number(question, 1, view.layers.depth, middle[0], middle[-1] - middle[0])


ASKS: SceneQuestions = {"shape": _shape, "cut": _cut}
