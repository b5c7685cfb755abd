"""Section 4: what is a density good for? Drawing on request, classifying, compressing."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.export import honest
from dashboard.core.live import live
from dashboard.core.runtime import jobs, store
from dashboard.core.words import reason, say, tr
from dashboard.sampling.figures import bits as figures
from dashboard.sampling.model import Chosen, opened
from dashboard.sampling.picture import changed, picture
from dashboard.sampling.settings import settings
from dashboard.sampling.view import SamplingView
from engine.autoregressive.bits_per_value import bits_of, posterior
from engine.autoregressive.coding.pictures import HEADER, decode, there_and_back
from engine.autoregressive.density import Values
from engine.autoregressive.sampling import each_class
from engine.topics.autoregressive.classifier import accuracy, rival

ORDER = 40
KNOBS = ("net", "run", "source", "picture", "label", "seed", "temperature", "spoilt")

EACH = 3  # pictures of every class


def knobs(view: SamplingView) -> None:
    settings(view, KNOBS)


def show(view: SamplingView) -> None:
    opened(view, _show)


def _show(view: SamplingView, found: Chosen) -> None:
    """Three uses, one under the other."""
    try:
        _conditional(view, found)
        x, label = picture(view, found)
        x = changed(view, found, x)
        if found.model.classes:
            _classify(view, found, x, label if view.source == "test" else None)
        _compress(found, x, label if found.model.classes else None)
    except ValueError as error:
        st.error(reason(error), icon=":material/error:")


@st.cache_data(show_spinner=False, max_entries=16)
def of_each_class(_found: Chosen, key: str, seed: int, temperature: float) -> NDArray[np.int64]:
    """(EACH classes, C, H, W): the same uniforms for every class."""
    return each_class(_found.model, EACH, seed, temperature)


def _conditional(view: SamplingView, found: Chosen) -> None:
    drawn = of_each_class(found, found.key, view.seed, view.temperature)
    names = found.pictures.classes if found.model.classes else ("",)
    st.markdown(f"**{say('sampling.conditional')}**")
    across = min(13, len(names))
    order = [
        row * len(names) + column
        for start in range(0, len(names), across)
        for row in range(EACH)
        for column in range(start, min(start + across, len(names)))
    ]
    last = (EACH - 1) * len(names)  # a class is named once, under its column
    titles = [tr(names[i - last]) if i >= last else "" for i in order]
    chart(
        figures.gallery(drawn[order], titles, found.model.levels, across=across, each=90),
        "sampling_conditional", say("sampling.conditional"),
    )  # fmt: skip
    st.caption(say("sampling.same_u"))


@st.cache_data(show_spinner=False, max_entries=8)
def accuracy_of(_found: Chosen, key: str) -> tuple[float, int]:
    """Of Bayes: noted beside shipped weights, else counted."""
    if noted := _found.measured.get("classification"):
        return noted["bayes"], noted["pictures"]
    return accuracy(_found.model, _found.pictures)


def _classify(view: SamplingView, found: Chosen, x: Values, true: int | None) -> None:
    st.markdown(f"**{say('sampling.bayes')}**")
    p = posterior(found.model, x)[0]
    left, right = st.columns([3, 2])
    with left:
        chart(figures.classes(p, [*map(tr, found.pictures.classes)], true), "sampling_classes",
              say("sampling.bayes"))  # fmt: skip
    with right:
        share, tried = accuracy_of(found, found.key)
        st.metric(say("sampling.bayes_accuracy"), f"{share:.1%}",
                  help=say("sampling.bayes_help", n=tried))  # fmt: skip
        run = store().run(rival(found.config).key)
        live(lambda: _rival(found), active=bool(run and run.active), every=0.7)


def _rival(found: Chosen) -> bool:
    """The accuracy of the CNN, or the way to it; whether it is still training."""
    config = rival(found.config)
    run, noted = store().run(config.key), found.measured.get("classification")
    if run and run.state == "done":
        text, accuracy = honest(config, run), run.summary["test_accuracy"]
    elif run and run.active:
        job.progress(run, say("sampling.cnn_runs"))
        return True
    elif noted:
        text, accuracy = say("sampling.cnn_noted", **noted), noted["cnn"]
    else:
        st.button(say("sampling.cnn_train"), key="sampling_cnn",
                  on_click=lambda: jobs().submit(config))  # fmt: skip
        return False
    st.metric(say("sampling.cnn_accuracy"), f"{accuracy:.1%}", help=say("sampling.cnn_help"))
    st.caption(text)
    return False


@st.cache_data(show_spinner=False, max_entries=32)
def compressed(
    _found: Chosen, key: str, levels: tuple[int, ...], label: int | None
) -> tuple[bytes, bool]:
    """The file, and whether decoding it gave the picture back."""
    return there_and_back(_found.model, levels, label)


def _compress(found: Chosen, x: Values, label: int | None) -> None:
    st.markdown(f"**{say('sampling.compress')}**")
    data, same = compressed(found, found.key, tuple(x.flatten().tolist()), label)
    bits = float(bits_of(found.model, x, [label or 0]).sum())
    body = 8 * (len(data) - HEADER)
    raw = found.values * np.log2(found.model.levels)
    with st.container(horizontal=True):
        st.metric(say("sampling.file"), say("sampling.bits", value=body),
                  help=say("sampling.file_help", header=HEADER))  # fmt: skip
        st.metric("−log₂ p(x)", say("sampling.bits", value=f"{bits:.1f}"))
        st.metric(say("sampling.raw"), say("sampling.bits", value=f"{raw:.0f}"),
                  help=say("sampling.raw_help", k=found.model.levels))  # fmt: skip
    if same:
        st.success(say("sampling.lossless"), icon=":material/check:")
    else:
        st.error(say("sampling.lossy"), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(say("sampling.save"), data, f"{found.key}.bpix", key="sampling_save",
                           on_click="ignore")  # fmt: skip
        file = st.file_uploader(say("sampling.open"), ["bpix"], key="sampling_open",
                                max_upload_size=1)  # fmt: skip
    if file is not None:
        back, of = decode(found.model, file.getvalue())
        name = tr(found.pictures.classes[of]) if of is not None else ""
        chart(figures.gallery(back.numpy(), [name], found.model.levels, each=200),
              "sampling_opened", say("sampling.open"))  # fmt: skip
