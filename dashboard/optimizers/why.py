"""Section 2: why does gradient descent follow the gradient, and for how long is that right?"""

import numpy as np
import streamlit as st

from dashboard.core import export, link
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import Point, chart
from dashboard.core.numbers import rough
from dashboard.core.words import say
from dashboard.optimizers import choices
from dashboard.optimizers.figures import first_order as figures
from dashboard.optimizers.view import OptimView
from engine.topics.optimizers.walks.first_order import (
    BOUNDARY,
    LENGTHS,
    NORMS,
    Best,
    FirstOrder,
    Looked,
    Norm,
    look,
)
from engine.topics.optimizers.walks.picture import Picture, box_of, picture

ORDER = 15
SIDE = 49


@st.cache_data(show_spinner=False, max_entries=128)
def looked(_config: FirstOrder, key: str) -> Looked:
    return look(_config)


@st.cache_data(show_spinner=False, max_entries=16)
def seen(_config: FirstOrder, surface: str) -> Picture:
    return picture(_config.surface, box_of(_config.surface), SIDE)


def knobs(view: OptimView) -> None:
    choices.part(view, "why", ("surface", "length", "norm", "point"))


def show(view: OptimView) -> None:
    """The point, all steps of one length about it, and how long the tangent plane is true."""
    config = view.why
    found = looked(config, config.key)
    st.markdown(say("optimizers.why_question"))
    _above(view, found)
    if not found.best:
        st.info(say("optimizers.why_flat"), icon=":material/horizontal_rule:")
    else:
        st.markdown(_says(config, found))
        _table(found)
        left, right = st.columns(2, gap="medium")
        with left:
            alt = say("optimizers.why_along_alt")
            chart(lambda: figures.along(config, found), "optim_why_along", alt, of=(config.key,))
        with right:
            alt = say("optimizers.why_remainder_alt")
            chart(lambda: figures.remainders(config, found), "optim_why_off", alt, of=(config.key,))
        st.markdown(_until(config, found))
        st.markdown(_lagrange(config, found))
        st.caption(_checked(found))
    said = say("export.by_formula", key=config.key)
    export.foot(
        said, more=lambda: export.numbers("first-order", config.key, lambda: columns(found))
    )


def _above(view: OptimView, found: Looked) -> None:
    config = view.why

    def clicked(point: Point) -> None:
        link.write(OptimView, view.with_("why.point", (round(point.x, 3), round(point.y, 3))))

    left, right = st.columns(2, gap="medium")
    with left:
        scene = seen(config, config.surface.spelled)
        alt = say("optimizers.why_map_alt")
        chart(
            lambda: figures.plan(config, scene),
            "optim_why_map",
            alt,
            of=(config.key,),
            on_click=clicked,
        )
    with right:
        alt = say("optimizers.why_balls_alt")
        chart(lambda: figures.balls(config, found), "optim_why_balls", alt, of=(config.key,))
    st.caption(say("optimizers.why_click"))


def _pair(values: np.ndarray) -> str:
    return f"({values[0]:.3g}, {values[1]:.3g})"


def _says(config: FirstOrder, found: Looked) -> str:
    """Gradient, and what the chosen step promises and keeps."""
    best = found.best[config.norm]
    which = "optimizers.why_keeps" if best.real < 0 else "optimizers.why_breaks"
    return say("optimizers.why_slope", x=_pair(found.point), g=_pair(found.gradient)) + " " + say(
        which, norm=figures.label(config.norm), length=f"{config.length:g}",
        step=_pair(best.step), model=f"{best.model:.3g}", real=f"{best.real:+.3g}",
    )  # fmt: skip


def _table(found: Looked) -> None:
    lines = {
        "best": [say(f"optimizers.why_best_{norm}") for norm in NORMS],
        "step": [_pair(found.best[norm].step) for norm in NORMS],
        "model": [f"{found.best[norm].model:.4g}" for norm in NORMS],
        "real": [f"{found.best[norm].real:+.4g}" for norm in NORMS],
        "order": [_order(found.best[norm].order) for norm in NORMS],
        "rises": [_length(found.best[norm].rises) for norm in NORMS],
    }
    titles = [figures.label(norm) for norm in NORMS]
    rows = [
        {
            say("optimizers.why_norm"): say(f"optimizers.why_{name}"),
            **dict(zip(titles, line, strict=True)),
        }
        for name, line in lines.items()
    ]
    st.table(rows, hide_index=True)


def _order(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"


def _length(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "–"


def _until(config: FirstOrder, found: Looked) -> str:
    """From which length on the model is wrong by half, and from which the surface is higher."""
    best = found.best[config.norm]
    norm = figures.label(config.norm)
    if not np.isfinite(best.rises):
        return say("optimizers.why_never", norm=norm)
    parabola = ""
    if best.curvature > 0:
        slope = best.multiplier
        parabola = " " + say(
            "optimizers.why_parabola", slope=f"{slope:.4g}", curvature=f"{best.curvature:,.4g}",
            length=f"{2 * slope / best.curvature:.3g}",
        )  # fmt: skip
    return (
        say("optimizers.why_until", norm=norm, half=_length(best.half), rises=_length(best.rises))
        + parabola
    )


def _lagrange(config: FirstOrder, found: Looked) -> str:
    best: Best = found.best[config.norm]
    return say(
        f"optimizers.why_lagrange_{config.norm}",
        g=_pair(found.gradient), s=_pair(best.subgradient), multiplier=f"{best.multiplier:.4g}",
        product=f"{float(best.subgradient @ best.step):.4g}", length=f"{config.length:g}",
        model=f"{best.model:.4g}",
    )  # fmt: skip


def _checked(found: Looked) -> str:
    every = found.best.values()
    return say(
        "optimizers.why_checked",
        count=f"{BOUNDARY:,}",
        brute=rough(max(abs(best.brute) for best in every)),
        autograd=rough(found.autograd),
        stationary=rough(max(best.stationary for best in every)),
    )


def columns(found: Looked) -> dict[str, np.ndarray]:
    """The remainder of every norm over the length."""
    table = {"length": LENGTHS}
    return table | {f"remainder_{norm}": best.remainder for norm, best in found.best.items()}


def _which(view: OptimView) -> Question | None:
    """Where does the ball's best step go?"""
    found = looked(view.why, view.why.key)
    if not found.best:
        return None
    norm: Norm = view.why.norm
    ways = ("along", "one", "two", "both")
    moved = np.abs(found.best[norm].step) > 0
    right = "along" if norm == "l2" else "both" if moved.all() else "one" if moved[0] else "two"
    sentence = say("optimizers.ask_way", norm=figures.label(norm), g=_pair(found.gradient))
    return Choice(sentence, {way: say(f"optimizers.way_{way}") for way in ways}, right)


def _falls(view: OptimView) -> Question | None:
    """Which of the three steps lowers the surface most?"""
    found = looked(view.why, view.why.key)
    if not found.best:
        return None
    right = min(NORMS, key=lambda norm: found.best[norm].real)
    sentence = say("optimizers.ask_lowest", length=f"{view.why.length:g}")
    return Choice(sentence, {norm: figures.label(norm) for norm in NORMS}, right)


ASKS: SceneQuestions = {"way": _which, "lowest": _falls}
