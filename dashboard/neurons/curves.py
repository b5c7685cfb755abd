"""How high may a polynomial's degree be, of what is its error made, what do outliers do to it?"""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import choices, link
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control, few_first
from dashboard.core.numbers import rough
from dashboard.core.words import say
from dashboard.neurons import placing
from dashboard.neurons.figures import curves as figures
from dashboard.neurons.view import NeuronsView
from engine.topics.neurons.curves import (
    ACROSS,
    FITS,
    UP,
    CurvesConfig,
    Fitted,
    Measured,
    Sample,
    fitted,
    measured,
    powers,
)
from engine.topics.neurons.decomposition import SETS, Decomposed, decomposed

ORDER = 20


@st.cache_data(show_spinner=False, max_entries=128)
def fitted_of(_config: CurvesConfig, key: str) -> Fitted:
    return fitted(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def decomposed_of(_sample: Sample, ridge: float, key: str) -> Decomposed:
    return decomposed(_sample, ridge)


def found_of(config: CurvesConfig) -> tuple[Fitted, Decomposed]:
    """Both are kept apart: a degree changes the first one only."""
    error = decomposed_of(config.sample, config.ridge, config.sample.key)
    return fitted_of(config, config.key), error


def knobs(view: NeuronsView) -> None:
    """Degree and ridge, what the points are drawn from, and who fits them."""
    for name in ("degree", "ridge"):
        control(NeuronsView, "neurons", view, f"curves.{name}")
    labels = {id: figures.label(id) for id in FITS}
    title = say("neurons.fits")
    choices.several("neurons_fits", title, labels, view.curves.shown, lambda ids: _show(view, ids))
    few = ["sample.truth", "sample.count", "sample.noise", "updates"]
    rest = ["sample.seed", "rate", "delta"]
    few, rest = ([f"curves.{name}" for name in names] for names in (few, rest))
    few_first(NeuronsView, "neurons", view, few, rest)


def _show(view: NeuronsView, ids: tuple[str, ...]) -> None:
    link.write(NeuronsView, view.with_("curves.shown", ids))


def show(view: NeuronsView) -> None:
    """The fits with the errors of all degrees; what the error is made of; the points to drag."""
    st.markdown(say("neurons.curves_question"))
    config = view.curves
    found, error = found_of(config)
    if found.degree < config.degree:
        st.info(say("neurons.too_few", most=found.most, places=found.most + 1))
    alt = say("neurons.fit_alt")
    chart(lambda: figures.fit(config, found), "neurons_fit", alt, of=(config.key,))
    st.info(_says(config, found, error), icon=":material/show_chart:")
    alt = say("neurons.error_alt")
    of = (config.sample.key, config.ridge, found.degree)
    chart(lambda: figures.error(error, found.degree), "neurons_error", alt, of=of)
    st.caption(_checked(found, error))
    how = "neurons.own_curve" if config.own else "neurons.place_curve"
    placing.below(
        view,
        "curves",
        lambda: _table(found, error),
        expanded=True,
        how=how,
        draw=lambda: _area(view),
        seed=config.sample.seed,
    )


def _area(view: NeuronsView) -> None:
    def put(own: tuple[Measured, ...]) -> None:
        link.write(NeuronsView, view.with_("curves.own", own))

    placing.area(
        "curves",
        measured(view.curves),
        put,
        classes=[say("neurons.measured"), say("neurons.outlier")],
        span=(ACROSS, UP),
        alt=say("neurons.curve_area_alt"),
    )


def _says(config: CurvesConfig, found: Fitted, error: Decomposed) -> str:
    """Today's numbers: of this data set, of 500 like it, and of gradient descent."""
    d = found.degree
    text = say(
        "neurons.curves_say",
        degree=d,
        training=f"{found.training[d]:.3g}",
        held_out=f"{found.held_out[d]:.3g}",
        sets=SETS,
        bias=f"{error.bias[d]:.3g}",
        variance=f"{error.variance[d]:.3g}",
        noise=f"{error.noise:.3g}",
        total=f"{error.bias[d] + error.variance[d] + error.noise:.3g}",
        fresh=f"{error.fresh[d]:.3g}",
        best=int(error.exact.argmin()),
    ) if d < len(error.bias) else say("neurons.curves_say_alone", degree=d)  # fmt: skip
    if "descent" not in config.shown:
        return text
    if not np.isfinite(found.excess) or found.excess > 1e6:
        return f"{text} {say('neurons.descent_diverges')}"
    numbers = {"updates": config.updates, "condition": f"{found.condition:.2g}"}
    return f"{text} {say('neurons.descent_says', excess=rough(found.excess), **numbers)}"


def _checked(found: Fitted, error: Decomposed) -> str:
    said = [
        say(
            "neurons.curves_checked",
            library=rough(found.library),
            identity=rough(error.identity),
            off=f"{np.abs(error.off).max():.1f}",
        )
    ]
    said += [say(f"neurons.{id}_checked", gap=rough(gap)) for id, gap in found.proofs.items()]
    return " ".join(said)


def _table(found: Fitted, error: Decomposed) -> dict[str, NDArray[Any]]:
    """Degree, then errors of this data set and parts of the expected one."""
    count = min(len(found.training), len(error.bias))
    columns = {
        "training": found.training,
        "left_out": found.left_out,
        "held_out": found.held_out,
        "bias_squared": error.bias,
        "variance": error.variance,
        "measured": error.fresh,
    }
    table: dict[str, NDArray[Any]] = {"degree": np.arange(count)}
    return table | {name: values[:count] for name, values in columns.items()}


def _best(view: NeuronsView) -> Question:
    """Which degree has the least expected error?"""
    error = decomposed_of(view.curves.sample, view.curves.ridge, view.curves.sample.key)
    best = int(error.exact.argmin())
    return Number(say("neurons.ask_degree", sets=SETS), 0, len(error.exact) - 1, best, 0)


def _pulled(view: NeuronsView) -> Question | None:
    """Whose curve do the outliers move most?"""
    own = tuple(point for point in view.curves.own if not point[2])
    ids = ("squared", "absolute", "huber")
    config = view.curves.with_("shown", ids)
    if not own or len(own) == len(config.own):
        return None
    grid = powers(np.linspace(-ACROSS, ACROSS, 101), config.degree)
    both = [fitted_of(one, one.key) for one in (config, config.with_("own", own))]
    if min(one.degree for one in both) < config.degree:
        return None
    with_, without = (one.weights for one in both)
    moved = {id: float(np.abs(grid @ (with_[id] - without[id])).max()) for id in ids}
    options = {id: figures.label(id) for id in ids}
    return Choice(say("neurons.ask_pulled"), options, max(moved, key=moved.__getitem__))


ASKS: SceneQuestions = {"degree": _best, "pulled": _pulled}
