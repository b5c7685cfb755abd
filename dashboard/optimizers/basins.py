"""Section 3: where does a walk end, from everywhere, and how fast is every pair of knobs?"""

from math import sqrt

import numpy as np
import streamlit as st

from dashboard.core import export
from dashboard.core.chart import chart
from dashboard.core.controls import short
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.choices import label
from dashboard.optimizers.figures import basins as figures
from dashboard.optimizers.panel import job
from dashboard.optimizers.view import OptimView
from engine.config import Knob, shown
from engine.runs.store import Arrays, Run, Series
from engine.topics.optimizers.surfaces.bowl import Bowl
from engine.topics.optimizers.walks.basins import Basins, axes
from engine.topics.optimizers.walks.rate_momentum import RateMap, RateMomentum, rate_map
from engine.topics.optimizers.walks.settle import BLOCK

ORDER = 30


def knobs(view: OptimView) -> None:
    starts = view.map == "starts"
    choices.knobs(view, "map", "land")
    if starts:
        choices.optimizers(view, view.land)
        choices.knobs(view, "side")
    else:
        choices.knobs(view, "mover")
    choices.knobs(view, "most", "tolerance", *(["seed"] if view.land.noise else []))


def show(view: OptimView) -> None:
    """Maps over starts, or over learning rate and momentum."""
    if view.map == "rates":
        _rates(view)
    else:
        work = view.basins()
        what = say(
            "optimizers.basins_what",
            starts=f"{work.side**2:,}",
            optimizers=len(work.optimizers),
            steps=work.steps,
        )
        job(work, lambda run, history: _maps(work, run, history), what, auto=_quick(work))
    about = view.land.about
    with st.expander(say("optimizers.formulas"), key="optim_formulas"):
        st.markdown(f"**{tr(about.label)}.** {tr(about.summary)}")
        st.latex(about.formula)
        st.caption(f"[{about.source}]({about.url})" if about.url else about.source)


def _quick(work: Basins) -> bool:
    """Whether the maps take no longer than those that the page opens on: they start unasked."""
    first = OptimView().basins()
    return _updates(work) <= _updates(first)


def _updates(work: Basins) -> int:
    return work.side**2 * work.steps * len(work.optimizers)


def _maps(work: Basins, run: Run, history: Series) -> None:
    """Both maps of every optimizer that is done, and what they say in numbers."""
    arrays: Arrays = {}
    for frame in store().frames(run.key).values():
        arrays |= frame
    found = {
        id: (arrays[f"minimum/{id}"], arrays[f"steps/{id}"])
        for id in work.optimizers
        if f"minimum/{id}" in arrays
    }
    if not found:
        return
    figure = figures.maps(
        work.surface,
        found,  # type: ignore[arg-type]
        axes(work.surface, work.side),
        most=work.steps,
    )
    chart(figure, "optim_maps", say("optimizers.maps_alt"))
    st.markdown(figures.key(work.surface), unsafe_allow_html=True)
    said = {"tolerance": f"{work.tolerance:g}", "block": BLOCK, "steps": f"{work.steps:,}"}
    st.caption(say("optimizers.arrived_is", **said))
    rows = [
        {
            say("optimizers.optimizer"): label(id),
            say("optimizers.rate"): short(work.rate(id, work.surface)),
            say("optimizers.arrived"): f"{_last(history, f'reached/{id}'):.1%}",
            say("optimizers.median_steps"): f"{_last(history, f'median_steps/{id}'):.0f}",
            say("optimizers.died"): f"{_last(history, f'diverged/{id}'):.1%}",
            say("optimizers.took"): f"{_last(history, f'seconds/{id}'):.2f}",
        }
        for id in found
    ]
    st.dataframe(rows, hide_index=True, placeholder="–", width="stretch", key="optim_basins_table")


def _last(history: Series, name: str) -> float:
    return float(history[name][1][-1]) if name in history else float("nan")


@st.cache_data(show_spinner=False, max_entries=32)
def mapped(_config: RateMomentum, key: str) -> RateMap:
    return rate_map(_config)


def _rates(view: OptimView) -> None:
    """Updates to converge over learning rate and momentum, with what theory says of a bowl."""
    config = view.rate_momentum()
    found = mapped(config, config.key)
    field = config.optimizer.knobs()[found.knob]
    knob = shown(field) or Knob(title=found.knob)
    limit, best = None, None
    if isinstance(config.surface, Bowl) and config.optimizer.id == "momentum":
        top, bottom = config.surface.condition, 1.0
        limit = 2 * (1 + found.momenta) / top
        root = sqrt(top / bottom)
        best = ((2 / (sqrt(top) + sqrt(bottom))) ** 2, ((root - 1) / (root + 1)) ** 2)
    figure = figures.rates(
        found,
        most=config.steps,
        memory=f"{tr(config.optimizer.about.label)}: {tr(knob.title)}",
        limit=limit,
        best=best,
    )
    chart(figure, "optim_rates", say("optimizers.rates_alt"))
    start = config.start or config.surface.start
    arrived = float(np.mean(found.minimum >= 0))
    st.caption(
        say(
            "optimizers.rates_key",
            x1=f"{start[0]:g}",
            x2=f"{start[1]:g}",
            arrived=f"{arrived:.0%}",
            pairs=f"{found.steps.size:,}",
            most=config.steps,
        )
    )
    said = {"tolerance": f"{config.tolerance:g}", "block": BLOCK, "steps": f"{config.steps:,}"}
    st.caption(say("optimizers.arrived_is", **said))
    foot = say("optimizers.foot32", key=config.key, seed=config.seed)
    export.foot(foot, more=lambda: export.numbers("rates", config.key, lambda: columns(found)))


def columns(found: RateMap) -> dict[str, np.ndarray]:
    """Every pair of the map, a row each."""
    momenta, rates = np.meshgrid(found.momenta, found.rates, indexing="ij")
    return {
        "learning_rate": rates.ravel(),
        found.knob: momenta.ravel(),
        "minimum": found.minimum.ravel() + 1,
        "updates": found.steps.ravel(),
    }


def link_of(config: Basins) -> dict[str, str]:
    """What the page's link says, to open on this map."""
    shared = ("optimizers", "rates", "rules", "tolerance", "side", "seed")
    view = OptimView(
        land=config.surface, most=config.steps, **{name: config.get(name) for name in shared}
    )
    return view.flat()


OPENS = {Basins: link_of}
