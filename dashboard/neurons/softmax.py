"""Section 3: what do logits say, in probabilities, in nats, and in the digits of a computer?"""

import numpy as np
import streamlit as st

from dashboard.core import choices, export, link, touch
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import checked, control
from dashboard.core.numbers import rough
from dashboard.core.words import say, tr
from dashboard.neurons.figures import information as figures
from dashboard.neurons.figures import likelihood as likelihood_figures
from dashboard.neurons.figures.kinds import COLOURS
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.information import OFFSETS, Information, InformationConfig, inform
from engine.topics.neurons.likelihood import MOST, Likelihood, likelihood

ORDER = 50


@st.cache_data(show_spinner=False, max_entries=256)
def information_of(_config: InformationConfig, key: str) -> Information:
    return inform(_config)


def knobs(view: NeuronsView) -> None:
    """A slider for each logit, one class more or less, and what they are compared with."""
    control(NeuronsView, "neurons", view, "examples")
    if view.examples == "many":
        control(NeuronsView, "neurons", view, "answers.preset")
        return
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
    """Probabilities and the sum of entropies side by side, the offsets below; or many labels."""
    if view.examples == "many":
        _likely(view)
        return
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


def _likely(view: NeuronsView) -> None:
    """Labels under a classifier's answers: their likelihood, its logarithm, and the accuracy."""
    st.markdown(say("neurons.likely_question"))
    found = likelihood(view.answers)
    if found is None:
        st.info(say("neurons.likely_none"), icon=":material/add_circle:")
    else:
        key = (view.answers.key,)
        alt = say("neurons.likely_alt")
        chart(lambda: likelihood_figures.terms(found), "neurons_likely", alt, of=key)
        st.info(_likelihood_says(found), icon=":material/functions:")
        st.caption(say("neurons.likely_checked", difference=rough(found.difference)))
    with st.expander(say("neurons.likely_place"), key="neurons_answers_place"):
        st.caption(say("neurons.likely_how"))
        touch.points(
            "neurons_answers_points",
            _spread(view),
            lambda points: _answer(view, points),
            classes=[say("neurons.class", number=kind) for kind in (0, 1)],
            colours=COLOURS,
            x=(0.0, 1.0),
            y=(0.0, 1.0),
            most=MOST,
            alt=say("neurons.answers_area"),
        )
    if found is not None:
        columns = {"p": found.p, "t": found.classes, "−ln": found.terms}
        said = say("export.by_formula", key=view.answers.key)
        export.foot(said, more=lambda: export.numbers("answers", view.answers.key, lambda: columns))


def _likelihood_says(found: Likelihood) -> str:
    wrong = round(len(found.p) * (1 - found.accuracy))
    return say(
        "neurons.likely_says",
        product=f"{found.likelihood:.3g}",
        total=f"{found.terms.sum():.4g}",
        count=len(found.p),
        loss=f"{found.loss:.4g}",
        right=len(found.p) - wrong,
        accuracy=f"{found.accuracy:.0%}",
        largest=f"{found.terms.max() / found.terms.sum():.0%}",
    )


def _spread(view: NeuronsView) -> list[touch.Point]:
    """The answers from left to right by p, each class on a line of its own, a little apart."""
    heights = ((0.25, 0.35), (0.65, 0.75))
    return [
        (p / 1000, heights[kind][i % 2], kind) for i, (p, kind) in enumerate(view.answers.shown)
    ]


def _answer(view: NeuronsView, points: list[touch.Point]) -> None:
    own = tuple((min(999, max(1, round(1000 * x))), kind) for x, _, kind in points)
    new = view.answers.model_copy(update={"preset": "own", "own": own})
    link.write(NeuronsView, view.with_("answers", new))


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


def _lower(view: NeuronsView) -> Question:
    """Which of two classifiers has the lower loss, whichever is right more often?"""
    answers = view.answers
    found = {id: likelihood(answers.with_("preset", id)) for id in ("nearly", "sure")}
    options = {
        id: say(f"neurons.answers_{id}", accuracy=f"{one.accuracy:.0%}")
        for id, one in found.items()
        if one is not None
    }
    losses = {id: one.loss for id, one in found.items() if one is not None}
    return Choice(say("neurons.ask_lower"), options, min(losses, key=lambda id: losses[id]))


ASKS: SceneQuestions = {"breaks": _breaks, "lower": _lower}
