"""Section 3: how many bits does a picture cost, and which pixels cost them?"""

from math import log

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core.ask import Pixel, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.words import reason, say, tr
from dashboard.sampling import shrinking
from dashboard.sampling.figures import bits as figures
from dashboard.sampling.model import Chosen, chosen, opened
from dashboard.sampling.picture import bits_here, changed, given_class, picture
from dashboard.sampling.settings import settings
from dashboard.sampling.view import SamplingView
from engine.autoregressive.bits_per_value import bits_of, corrupted, cross_entropy, fitted
from engine.data import DATASETS
from engine.words import said

ORDER = 30
KNOBS = ("net", "run", "source", "picture", "whose", "label", "spoilt", "unit", "toy", "belief")

MOST = 300  # pictures in a histogram
DEAREST = 5  # pixels that are asked for
# Model, nats a picture of 784 binary pixels, what is known of it.
# Source: van den Oord et al. 2016, Pixel recurrent neural networks, table 4.
PUBLISHED = (
    ("NADE", 88.33, "exact"),
    (said("MADE, 32 masks"), 86.64, "exact"),
    (said("EoNADE-5, 128 orders"), 84.68, "exact"),
    ("PixelCNN", 81.30, "exact"),
    (said("PixelRNN, 7 diagonal layers"), 79.20, "exact"),
    ("DRAW", 80.97, "at most"),
)


@st.cache_data(show_spinner=False, max_entries=32)
def all_bits(_found: Chosen, key: str, part: str, how: str) -> NDArray[np.float32]:
    """(n,) bits/dim of pictures of a part, as they are or changed."""
    rows = getattr(_found.pictures, part)
    x = rows.x[:MOST].long()
    if how != "real":
        x = corrupted(x, how, _found.model.levels)
    found: NDArray[np.float32] = bits_of(_found.model, x, rows.y[:MOST]).mean((1, 2, 3))
    return found


@st.cache_data(show_spinner=False, max_entries=8)
def other_bits(_found: Chosen, key: str, data: str) -> NDArray[np.float32]:
    """(n,) bits/dim of pictures of another data set."""
    rows = DATASETS[data]().load(0)
    x = fitted(rows.x[:MOST], _found.model.shape, _found.model.levels)
    y = rows.y[:MOST] % max(1, _found.model.classes)
    found: NDArray[np.float32] = bits_of(_found.model, x, y).mean((1, 2, 3))
    return found


def knobs(view: SamplingView) -> None:
    settings(view, KNOBS)


def show(view: SamplingView) -> None:
    opened(view, _show)


def _show(view: SamplingView, found: Chosen) -> None:
    """One picture, many pictures, a toy, and published numbers."""
    x, label = picture(view, found)
    try:
        bits = bits_here(view, found, changed(view, found, x), label)
    except ValueError as error:
        st.error(reason(error), icon=":material/error:")
        return
    _one(view, found, changed(view, found, x).numpy()[0], bits)
    if given := given_class(view, found, label):
        st.caption(given)
    _many(view, found, float(bits.mean()))
    shrinking.show()
    _toy(view)
    _table(found)


def _one(
    view: SamplingView, found: Chosen, x: NDArray[np.int64], bits: NDArray[np.float32]
) -> None:
    total = float(bits.sum())
    left, right = st.columns([1, 1])
    with left:
        chart(
            figures.gallery(x[None], [""], found.model.levels, each=340),
            "sampling_shown", say("sampling.picture_alt"),
        )  # fmt: skip
    with right:
        chart(
            figures.heat(bits.sum(0), say("sampling.heat"), top=None, unit=tr("bits a pixel")),
            "sampling_heat", say("sampling.heat"),
        )  # fmt: skip
    values = {"nats": total * log(2), "bits": total, "bits/dim": total / found.values}
    chosen = f"{values[view.unit]:,.3f} {tr(view.unit)}"
    others = " = ".join(f"{value:,.3f} {tr(unit)}" for unit, value in values.items())
    st.metric(say("sampling.costs"), chosen, help=say("sampling.costs_help"))
    channels, height, width = found.model.shape
    st.markdown(say("sampling.divided", all=others, n=found.values, c=channels, h=height, w=width))


def _many(view: SamplingView, found: Chosen, here: float) -> None:
    groups = {
        say("sampling.train_part"): all_bits(found, found.key, "train", "real"),
        say("sampling.test_part"): all_bits(found, found.key, "test", "real"),
    }
    data = found.config.source.get("data").id if found.config.source.id == "images" else ""
    other = "digits" if data == "glyphs" else "glyphs"
    groups[say("sampling.other", name=tr(DATASETS[other].about.label))] = other_bits(
        found, found.key, other
    )
    for how in ("mirrored", "inverted", "shuffled", "noise"):
        groups[say(f"sampling.{how}")] = all_bits(found, found.key, "test", how)
    uniform = np.log2(found.model.levels)
    chart(
        figures.histogram(groups, tr("bits/dim (↓ likelier)"), mark=here),
        "sampling_histogram", say("sampling.histogram_alt"),
    )  # fmt: skip
    means = ", ".join(f"{name} {values.mean():.3f}" for name, values in groups.items())
    text = say("sampling.means", said=means, uniform=f"{uniform:.3f}", n=MOST)
    if found.model.classes:
        text += " " + say("sampling.means_class")
    st.caption(text)


def _toy(view: SamplingView) -> None:
    """Entropy + KL = cross-entropy."""
    st.markdown(f"**{say('sampling.toy')}**")
    p, q = np.array(view.toy), np.array(view.belief)
    if len(p) != len(q) or not len(p) or p.sum() <= 0 or q.sum() <= 0:
        st.warning(say("sampling.toy_wrong", p=len(p), q=len(q)))
        return
    p, q = p / p.sum(), q / q.sum()
    entropy, divergence = cross_entropy(p, q)
    left, right = st.columns(2)
    with left:
        chart(figures.pair(p, q), "sampling_pair", say("sampling.pair_alt"))
    if not np.isfinite(divergence):
        right.warning(say("sampling.toy_infinite"))
        return
    with right:
        chart(figures.stacked(entropy, divergence), "sampling_stacked", say("sampling.toy"))
        _sum(entropy, divergence)


def _sum(entropy: float, divergence: float) -> None:
    st.latex(
        rf"\underbrace{{{entropy:.3f}}}_{{H(p)}} + \underbrace{{{divergence:.3f}}}_{{D_{{KL}}}}"
        rf" = {entropy + divergence:.3f}\ \text{{{tr('bits')}}} = "
        rf"{(entropy + divergence) * log(2):.3f}\ \text{{{tr('nats')}}}"
    )


def _table(found: Chosen) -> None:
    """Published numbers beside this model's, and what differs."""
    st.markdown(f"**{say('sampling.table')}**")
    published = [
        _line(tr(name), nats / log(2), 784, say("sampling.binary_mnist" if kind == "exact" else
                                            "sampling.binary_bound"), kind)
        for name, nats, kind in PUBLISHED
    ]  # fmt: skip
    source = found.config.source
    data = (source.get("data") if source.id == "images" else source).about.label
    data = tr(data)
    these = say("sampling.these", data=data, n=found.values, k=found.model.levels)
    reached = found.measured.get("bits_per_dim", {})
    on = _with_class(these, found)
    ours = [(say("sampling.this_model"), found.test, on)]
    if free := reached.get("class_open"):
        ours.append((say("sampling.this_model"), free, say("sampling.on_open", on=these)))
    for name in ("nade", "independent"):
        if name in reached:
            ours.append((say(f"sampling.these_{name}", data=data), reached[name], on))
    floor = float(np.log2(found.model.levels))
    ours.append((say("sampling.uniform"), floor, these))
    lines = [_line(name, value * found.values, found.values, what) for name, value, what in ours]
    st.table([*published, *lines], hide_index=True)
    st.caption(say("sampling.table_says"))


def _with_class(these: str, found: Chosen) -> str:
    """What a number of ours is of: p(x), or p(x | class), which is less."""
    return say("sampling.on_class", on=these) if found.model.classes else these


def _line(name: str, bits: float, values: int, on: str, kind: str = "exact") -> dict[str, str]:
    """One model of the table; `bits` of a whole picture."""
    sign = "≤ " if kind == "at most" else ""
    return {
        say("sampling.name"): name,
        tr("nats"): f"{sign}{bits * log(2):.1f}",
        tr("bits"): f"{sign}{bits:.1f}",
        tr("bits/dim"): f"{sign}{bits / values:.3f}",
        say("sampling.of"): on,
    }


def _dearest(view: SamplingView) -> Question | None:
    if (found := chosen(view)) is None:
        return None
    x, label = picture(view, found)
    bits = bits_here(view, found, changed(view, found, x), label).sum(0)  # (H, W)
    rows, columns = np.unravel_index(np.argsort(bits, axis=None)[-DEAREST:], bits.shape)
    cells = frozenset(zip(rows.tolist(), columns.tolist(), strict=True))
    name = tr(found.pictures.classes[label]) if found.pictures.classes else ""
    sentence = say("sampling.ask_dearest", name=name, count=DEAREST)
    return Pixel(sentence, (bits.shape[0], bits.shape[1]), cells)


ASKS: SceneQuestions = {"dearest": _dearest}
