"""Section 2: how do optimizers walk on a surface that one can see whole?"""

import numpy as np
import streamlit as st

from dashboard.core import export, link
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import Point, chart
from dashboard.core.controls import short
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.figures import steps as steps_figures
from dashboard.optimizers.figures import walk as walk_figures
from dashboard.optimizers.figures import walkers
from dashboard.optimizers.view import OptimView
from engine.optim import OPTIMIZERS
from engine.topics.optimizers.walks.picture import Picture, box_of, picture
from engine.topics.optimizers.walks.walk import Paths, Walk, walk

ORDER = 20
BARE = True

SIDE = 49  # points of the contour along each axis; every second one can be clicked


@st.cache_data(show_spinner=False, max_entries=64)
def walked(_config: Walk, key: str) -> tuple[Paths, Picture]:
    """All walks, and the surface around them."""
    paths = walk(_config)
    return paths, picture(_config.surface, box_of(_config.surface, paths), SIDE)


def knobs(view: OptimView) -> None:
    choices.knobs(view, "surface", "steps")
    choices.optimizers(view, view.surface)
    choices.several_walks(view)
    choices.knobs(
        view, "arrows", "solid", "twin", "start", *(["seed"] if view.surface.noise else [])
    )


def show(view: OptimView) -> None:
    """The film, what became of each walk, and how far each coordinate moves."""
    config = view.walk()
    paths, scene = walked(config, config.key)
    chart(
        lambda: walk_figures.film(config.surface, scene, paths, arrows=view.arrows),
        "optim_walk",
        say("optimizers.walk_alt"),
        of=(config.key, view.arrows),
        on_click=lambda point: _clicked(view, point),
    )
    st.caption(say("optimizers.walk_key" if view.arrows else "optimizers.click"))
    _sentences(view, paths)
    st.markdown(f"**{say('optimizers.effective')}**")
    chart(
        lambda: steps_figures.effective(paths),
        "optim_effective",
        say("optimizers.effective_alt"),
        of=(config.key,),
    )
    if view.solid:
        chart(
            steps_figures.solid(config.surface, scene, paths),
            "optim_relief",
            say("optimizers.solid_alt"),
        )
    if view.twin:
        _twins(view)
    _formulas(view)
    said = say("optimizers.foot", key=config.key, seed=config.seed)
    export.foot(said, more=lambda: export.numbers("walks", config.key, lambda: columns(paths)))


def _clicked(view: OptimView, point: Point) -> None:
    """A click chooses the start of all walks."""
    link.write(OptimView, view.with_("start", (round(point.x, 3), round(point.y, 3))))


def _sentences(view: OptimView, paths: Paths) -> None:
    """One row a walk: rate, last loss, distance; and a sentence for each that diverged."""
    rows = []
    for k, walker in enumerate(paths.walkers):
        id = walkers.label(walker)
        at = int(paths.diverged[k])
        last = at - 1 if at >= 0 else -1
        rows.append(
            {
                say("optimizers.optimizer"): id,
                say("optimizers.rate"): short(paths.rates[k]),
                say("optimizers.last_loss"): f"{paths.losses[k, last]:.4g}",
                say("optimizers.last_distance"): f"{paths.distance[k, last]:.4g}",
                say("optimizers.end"): say("optimizers.ended_lost", step=at)
                if at >= 0
                else ended(view, paths, k),
            }
        )
        if at >= 0:
            st.error(
                say("optimizers.lost", name=id, step=at, rate=short(paths.rates[k])),
                icon=":material/close:",
            )
    st.table(rows, hide_index=True)


def ended(view: OptimView, paths: Paths, k: int) -> str:
    """Whether a walk has arrived, and where, or which minimum is the nearest to it."""
    x1, x2 = view.surface.minima[int(paths.reached[k])]
    arrived = paths.distance[k, -1] <= view.tolerance
    which = "optimizers.ended_at" if arrived else "optimizers.ended_near"
    return say(which, x1=f"{x1:.3g}", x2=f"{x2:.3g}")


def _twins(view: OptimView) -> None:
    """The published rule and the one that leaves something out: one start, one film."""
    for id, config in view.twins().items():
        paths, scene = walked(config, config.key)
        st.markdown(say(f"optimizers.twin_{id}"))
        figure = walk_figures.film(config.surface, scene, paths, arrows=False, height=368)
        chart(figure, f"optim_twin_{id}", say("optimizers.walk_alt"))
        right, wrong = paths.rest().tolist()
        worse = not wrong <= right  # one that diverged is nowhere near
        st.markdown(
            say(
                f"optimizers.twin_{'worse' if worse else 'better'}",
                steps=config.steps,
                right=f"{right:.2g}",
                wrong=f"{wrong:.2g}",
            )
        )


def columns(paths: Paths) -> dict[str, np.ndarray]:
    """Every walk at every update, one below the other; what diverged has no numbers after it."""
    count, length = paths.losses.shape
    return {
        "optimizer": np.repeat(paths.optimizers, length),
        "learning_rate": np.repeat(paths.rates, length),
        "update": np.tile(np.arange(length), count),
        "x1": paths.positions[..., 0].ravel(),
        "x2": paths.positions[..., 1].ravel(),
        "loss": paths.losses.ravel(),
        "distance": paths.distance.ravel(),
    }


def _formulas(view: OptimView) -> None:
    """The surface and each rule as they are computed, with their sources."""
    with st.expander(say("optimizers.formulas"), key="optim_formulas"):
        parts = (view.surface.about, *(view.rule(id).about for id in view.optimizers))
        formulas = (view.surface.written, *(about.formula for about in parts[1:]))
        for about, formula in zip(parts, formulas, strict=True):
            st.markdown(f"**{tr(about.label)}.** {tr(about.summary)}")
            st.latex(formula)
            st.caption(f"[{about.source}]({about.url})" if about.url else about.source)


def _nearest(view: OptimView) -> Question:
    config = view.walk()
    paths, _ = walked(config, config.key)
    distance = np.nan_to_num(paths.distance[:, -1], nan=np.inf)
    options = {id: tr(OPTIMIZERS[id].about.label) for id in paths.optimizers}
    sentence = say("optimizers.ask_nearest", steps=config.steps)
    return Choice(sentence, options, paths.optimizers[int(distance.argmin())])


ASKS: SceneQuestions = {"nearest": _nearest}
