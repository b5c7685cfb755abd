"""Section 2: how do optimizers walk on a surface that one can see whole?"""

import streamlit as st

from dashboard import link
from dashboard.chart import Point, chart
from dashboard.controls import short
from dashboard.figures import optim_steps, optim_walk
from dashboard.optim.pick import SWITCHES, label
from dashboard.optim.view import OptimView
from dashboard.words import say
from engine.optim.walks.picture import Picture, box_of, picture
from engine.optim.walks.walk import Paths, Walk, walk

SIDE = 49  # points of the contour along each axis; every second one can be clicked


@st.cache_data(show_spinner=False, max_entries=64)
def walked(_config: Walk, key: str) -> tuple[Paths, Picture]:
    """All walks, and the surface around them."""
    paths = walk(_config)
    return paths, picture(_config.surface, box_of(_config.surface, paths), SIDE)


def show(view: OptimView) -> None:
    """The film, what became of each walk, and how far each coordinate moves."""
    config = view.walk()
    paths, scene = walked(config, config.key)
    chart(
        optim_walk.film(config.surface, scene, paths, arrows=view.arrows),
        "optim_walk",
        say("optim.walk_alt"),
        on_click=lambda point: _clicked(view, point),
    )
    st.caption(say("optim.walk_key" if view.arrows else "optim.click"))
    _sentences(paths)
    st.markdown(f"**{say('optim.effective')}**")
    chart(optim_steps.effective(paths), "optim_effective", say("optim.effective_alt"))
    if view.solid:
        chart(
            optim_steps.solid(config.surface, scene, paths), "optim_relief", say("optim.solid_alt")
        )
    if view.twin:
        _twins(view)
    _formulas(view)
    st.caption(say("optim.foot", key=config.key, seed=config.seed))


def _clicked(view: OptimView, point: Point) -> None:
    """A click chooses the start of all walks."""
    link.write(OptimView, view.with_("start", (round(point.x, 3), round(point.y, 3))))


def _sentences(paths: Paths) -> None:
    """One row a walk: rate, last loss, distance; and a sentence for each that diverged."""
    rows = []
    for k, id in enumerate(paths.optimizers):
        at = int(paths.diverged[k])
        last = at - 1 if at >= 0 else -1
        rows.append(
            {
                say("optim.optimizer"): label(id),
                say("optim.rate"): short(paths.rates[k]),
                say("optim.last_loss"): f"{paths.losses[k, last]:.4g}",
                say("optim.last_distance"): f"{paths.distance[k, last]:.4g}",
                say("optim.end"): say("optim.ended_lost", step=at)
                if at >= 0
                else say("optim.ended_near", number=int(paths.reached[k]) + 1),
            }
        )
        if at >= 0:
            st.error(
                say("optim.lost", name=label(id), step=at, rate=short(paths.rates[k])),
                icon=":material/close:",
            )
    st.table(rows, hide_index=True)


def _twins(view: OptimView) -> None:
    """The published rule and the one that leaves something out, from the same start."""
    for id, switch in SWITCHES.items():
        name = f"rules.{id}.{switch}"
        config = view.walk().with_("optimizers", (id,))
        for value in (id == "adam", id != "adam"):
            one = config.with_(name, value)
            paths, scene = walked(one, one.key)
            wrong = value != (id == "adam")
            st.markdown(say(f"optim.twin_{id}{'_wrong' if wrong else ''}"))
            figure = optim_walk.film(one.surface, scene, paths, arrows=False, height=440)
            chart(figure, f"optim_twin_{id}_{value}", say("optim.walk_alt"))


def _formulas(view: OptimView) -> None:
    """The surface and each rule as they are computed, with their sources."""
    with st.expander(say("optim.formulas"), key="optim_formulas"):
        for about in (view.surface.about, *(view.rule(id).about for id in view.optimizers)):
            st.markdown(f"**{about.label}.** {about.summary}")
            st.latex(about.formula)
            st.caption(f"[{about.source}]({about.url})" if about.url else about.source)
