"""Section 3: what do logits say, in probabilities, in nats, and in the digits of a computer?"""

import numpy as np
import streamlit as st

from dashboard.core import choices, export, link
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import checked, control
from dashboard.core.numbers import rough
from dashboard.core.words import say, tr
from dashboard.neurons.figures import information as figures
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.information import OFFSETS, Information, InformationConfig, inform

ORDER = 50


@st.cache_data(show_spinner=False, max_entries=256)
def information_of(_config: InformationConfig, key: str) -> Information:
    return inform(_config)


def knobs(view: NeuronsView) -> None:
    """A slider for each logit, one class more or less, and what they are compared with."""
    now = view.softmax.logits
    reach = max(6.0, *(abs(value) for value in now))
    for i, value in enumerate(now):

        def moved(new: float, i: int = i) -> None:
            _put(view, (*now[:i], round(new, 6), *now[i + 1 :]))

        name = say("neurons.logit", number=i + 1)
        key = f"neurons_logit_{i}"
        choices.held(st.slider, key, name, float(value), moved, -reach, reach, step=0.1)
    with st.container(horizontal=True):
        fewer, more = say("neurons.class_less"), say("neurons.class_more")
        st.button(fewer, key="neurons_less", disabled=len(now) == 2,
                  on_click=lambda: _put(view, now[:-1]))  # fmt: skip
        st.button(more, key="neurons_more_classes", disabled=len(now) == 8,
                  on_click=lambda: _put(view, (*now, 0.0)))  # fmt: skip
    for name in ("temperature", "right", "smoothing", "unit"):
        control(NeuronsView, "neurons", view, f"softmax.{name}")


def _put(view: NeuronsView, logits: tuple[float, ...]) -> None:
    if (new := checked(lambda: view.with_("softmax.logits", logits))) is not None:
        link.write(NeuronsView, new)


def show(view: NeuronsView) -> None:
    """Probabilities and the sum of entropies side by side; the offsets below."""
    st.markdown(say("neurons.softmax_question"))
    config = view.softmax
    found = information_of(config, config.key)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        alt = say("neurons.probabilities_alt")
        chart(lambda: figures.probabilities(found), "neurons_softmax", alt, of=(config.key,))
    with right:
        alt = say("neurons.sums_alt")
        chart(lambda: figures.sums(config, found), "neurons_sums", alt, of=(config.key,))
    numbers = {
        "cross": f"{found.cross:.4g}",
        "entropy": f"{found.entropy:.4g}",
        "divergence": f"{found.divergence:.4g}",
        "unit": tr(config.unit),
        "total": f"{found.sigmoid.sum():.3g}",
    }
    st.info(say("neurons.softmax_says", **numbers), icon=":material/functions:")
    which = "neurons.content" if found.perceptron == 0 else "neurons.pushes"
    st.markdown(say(which, perceptron=f"{found.perceptron:.4g}", cross=f"{found.cross:.4g}"))
    alt = say("neurons.errors_alt")
    chart(lambda: figures.errors(found), "neurons_errors", alt, of=(config.key,))
    ends = [_first(found.errors[f"float{bits}_plain"]) for bits in (16, 32)]
    st.markdown(say("neurons.overflow", first=ends[0], second=ends[1]))
    differences = {"difference": rough(found.difference), "two": rough(found.two)}
    st.caption(say("neurons.softmax_checked", **differences))
    table = {
        say("neurons.class_column"): np.arange(1, len(found.softmax) + 1),
        "z": np.array(config.logits),
        "p": found.softmax,
        "t": found.target,
        "−t ln p": found.terms,
        "∂H/∂z = (p − t)/T": found.gradient,
        "σ(z/T)": found.sigmoid,
    }
    st.dataframe(table, hide_index=True, key="neurons_softmax_table")
    said = say("export.by_formula", key=config.key)
    export.foot(said, more=lambda: export.numbers("softmax", config.key, lambda: table))


def _first(errors: np.ndarray) -> str:
    """The least offset at which softmax as written is wrong altogether."""
    broken = np.isnan(errors) | (errors > 0.1)
    return f"{OFFSETS[broken.argmax()]:.0f}" if broken.any() else "–"


def _breaks(view: NeuronsView) -> Question:
    """Which way of writing softmax still works at the largest offset?"""
    found = information_of(view.softmax, view.softmax.key)
    last = {id: values[-1] for id, values in found.errors.items() if "32" in id}
    options = {id: say(f"neurons.{id}") for id in last}
    options["none"] = say("neurons.no_format")
    works = [id for id, error in last.items() if error < 0.01]
    return Choice(say("neurons.ask_breaks"), options, works[0] if works else "none")


ASKS: SceneQuestions = {"breaks": _breaks}
