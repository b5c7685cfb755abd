"""Section 6: is a gradient right? Move every parameter a little, and ask the loss."""

import numpy as np
import streamlit as st

from dashboard.backpropagation.figures import check as figures
from dashboard.backpropagation.view import BackpropView
from dashboard.core import export
from dashboard.core.ask import Choice, Number, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import few_first
from dashboard.core.numbers import rough
from dashboard.core.words import say, tr
from engine.topics.backpropagation.gradient_check import BUGS, CheckConfig, Checked, check
from engine.topics.backpropagation.step_sizes import UCurve, u_curve

ORDER = 60
FEW = ("bug", "step", "scheme", "precision", "activation", "widths")


@st.cache_data(show_spinner=False, max_entries=64)
def check_of(_config: CheckConfig, key: str) -> Checked:
    return check(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def curve_of(_config: CheckConfig, key: str) -> UCurve:
    return u_curve(_config)


def plain(config: CheckConfig) -> CheckConfig:
    """The same network and batch: all that the curves over step sizes depend on."""
    kept = ("widths", "activation", "loss", "batch", "seed")
    return CheckConfig(**{name: getattr(config, name) for name in kept})


def knobs(view: BackpropView) -> None:
    names = [name for name in view.knobs() if name.startswith("check.")]
    few = [f"check.{name}" for name in FEW]
    few_first(BackpropView, "bp", view, few, [name for name in names if name not in few])


def show(view: BackpropView) -> None:
    """A map of errors, what the check says of them, and the U of step sizes."""
    config = view.check
    found = check_of(config, config.key)
    st.markdown(say("backpropagation.check_question"))
    _verdict(config, found)
    chart(
        lambda: figures.maps(found),
        "bp_errors",
        say("backpropagation.errors_alt"),
        of=(config.key,),
    )
    crossed = sum(int(part.sum()) for part in found.crossed)
    if crossed:
        st.warning(_kinks(found, crossed), icon=":material/change_history:")
    curve = curve_of(plain(config), plain(config).key)
    chart(
        lambda: figures.curves(curve, config),
        "bp_steps",
        say("backpropagation.steps_alt"),
        of=(config.key,),
    )
    step, error = curve.best(config.precision, config.scheme)
    st.caption(
        say(
            "backpropagation.best_step",
            precision=config.precision,
            scheme=tr(config.scheme),
            step=rough(step),
            error=rough(error),
        )
        + " "
        + say("backpropagation.by_hand_autograd", gap=rough(found.from_autograd))
    )
    said = say("backpropagation.check_foot", seed=config.seed, key=config.key)
    export.foot(
        said, more=lambda: export.numbers("gradient-check", config.key, lambda: _table(found))
    )


def _verdict(config: CheckConfig, found: Checked) -> None:
    names = ", ".join(say(f"backpropagation.in_{part}", layer=layer) for layer, part in found.wrong)
    worst = rough(max(map(max, found.distance)))
    values = {"count": f"{config.parameters:,}", "median": rough(found.median), "worst": worst}
    if not found.wrong:
        which = "missed" if config.bug != "none" else "agrees"
        draw, icon = (st.success, ":material/check:")
        if which == "missed":
            draw, icon = st.warning, ":material/help:"
    else:
        which = "caught" if config.bug != "none" else "inexact"
        draw, icon = (st.error, ":material/bug_report:")
        if which == "inexact":
            draw, icon = st.warning, ":material/straighten:"
    bug = tr(BUGS[config.bug])
    draw(say(f"backpropagation.{which}", names=names, bug=bug, **values), icon=icon)


def _kinks(found: Checked, crossed: int) -> str:
    over = np.concatenate([part.ravel() for part in found.crossed])
    error = np.concatenate([part.ravel() for part in found.error])
    rest = error[~over]
    return say(
        "backpropagation.kinks",
        crossed=f"{crossed:,}",
        all=f"{len(over):,}",
        over=rough(float(np.median(error[over]))),
        rest=rough(float(np.median(rest))) if len(rest) else "–",
    )


def _table(found: Checked) -> dict[str, list[float]]:
    """Every parameter as a row."""
    columns: dict[str, list[float]] = {}
    shapes = [part.shape for part in found.error]
    places = [(n, *at) for n, shape in enumerate(shapes, 1) for at in np.ndindex(*shape)]
    for number, name in enumerate(("layer", "unit", "input")):
        columns[name] = [place[number] for place in places]
    for name, parts in (
        ("by_hand", found.analytic),
        ("difference", found.numeric),
        ("relative_error", found.error),
        ("over_a_kink", found.crossed),
    ):
        columns[name] = np.concatenate([np.ravel(part) for part in parts]).tolist()
    return columns


def _best(view: BackpropView) -> Question:
    """The power of ten of the best step."""
    config = view.check
    step, _ = curve_of(plain(config), plain(config).key).best(config.precision, config.scheme)
    sentence = say("backpropagation.ask_step", scheme=tr(config.scheme), precision=config.precision)
    return Number(sentence, -12, 0, float(np.log10(step)), 1)


def _blamed(view: BackpropView) -> Question:
    """Which layers a forgotten slope spoils."""
    config = view.check
    found = check_of(config, config.key)
    last = len(found.error)
    layers = {layer for layer, _ in found.wrong}
    options = {
        "all": say("backpropagation.layers_all"),
        "but_last": say("backpropagation.layers_but_last"),
        "last": say("backpropagation.layers_last"),
    }
    right = "all" if len(layers) == last else "last" if layers == {last} else "but_last"
    return Choice(say("backpropagation.ask_blamed", bug=tr(BUGS[config.bug])), options, right)


ASKS: SceneQuestions = {"step": _best, "blamed": _blamed}
