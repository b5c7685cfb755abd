"""Section 3: where does a walk end, from everywhere, and how fast is every pair of knobs?"""

from math import cos, hypot, radians, sin, sqrt

import numpy as np
import streamlit as st

from dashboard.core import export, link, sections
from dashboard.core.chart import Point, chart
from dashboard.core.controls import short
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.optimizers import choices
from dashboard.optimizers.choices import label
from dashboard.optimizers.figures import basins as figures
from dashboard.optimizers.figures import damping as damping_figures
from dashboard.optimizers.figures.damping import Direction
from dashboard.optimizers.panel import job
from dashboard.optimizers.surfaces import walked
from dashboard.optimizers.view import OptimView
from engine.config import Knob, shown
from engine.runs.store import Arrays, Run, Series
from engine.topics.optimizers.surfaces.bowl import Bowl
from engine.topics.optimizers.walks import damping
from engine.topics.optimizers.walks.basins import Basins, axes
from engine.topics.optimizers.walks.damping import Floats
from engine.topics.optimizers.walks.rate_momentum import RateMap, RateMomentum, memory, rate_map
from engine.topics.optimizers.walks.settle import BLOCK
from engine.topics.optimizers.walks.walk import Walk

ORDER = 30


def knobs(view: OptimView) -> None:
    starts = view.map == "starts"
    choices.knobs(view, "map", "land")
    if starts:
        choices.optimizers(view, view.land)
        choices.knobs(view, "side")
    else:
        varied = f"mover.{memory(view.mover.id)}"  # over the whole map: a knob of it would be dead
        choices.knobs(view, "mover", without=varied)
        if _known(view):
            choices.knobs(view, "ground", "pair")
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
    theory = None
    if _known(view):
        limit, best = 2 * (1 + found.momenta) / view.land.curvature, polyak(view)
        theory = damping.foretold(
            found.rates, found.momenta[:, None], curvatures(view), shrink(view)
        )
    figure = figures.rates(
        found,
        most=config.steps,
        memory=f"{tr(config.optimizer.about.label)}: {tr(knob.title)}",
        limit=limit,
        best=best,
        theory=theory if view.ground == "theory" else None,
    )

    def clicked(point: Point) -> None:
        pair = (float(f"{point.x:.4g}"), round(max(0.0, point.y), 4))
        link.write(OptimView, view.with_("pair", pair))

    on_click = clicked if theory is not None else None
    chart(figure, "optim_rates", say("optimizers.rates_alt"), on_click=on_click)
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
    if theory is not None:
        _pair(view, found, theory)
    said = {"tolerance": f"{config.tolerance:g}", "block": BLOCK, "steps": f"{config.steps:,}"}
    st.caption(say("optimizers.arrived_is", **said))
    foot = say("optimizers.foot32", key=config.key, seed=config.seed)
    export.foot(foot, more=lambda: export.numbers("rates", config.key, lambda: columns(found)))


def _known(view: OptimView) -> bool:
    """Whether there is a theory of the map: of plain momentum on a bowl."""
    return isinstance(view.land, Bowl) and view.mover.id == "momentum"


def curvatures(view: OptimView) -> tuple[float, float]:
    """Of both directions of the bowl."""
    return 1.0, view.land.curvature


def polyak(view: OptimView) -> tuple[float, float]:
    """Rate and momentum that are fastest on the bowl: see `rate_map`."""
    low, high = map(sqrt, curvatures(view))
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2


def shrink(view: OptimView) -> float:
    """To which share of itself the distance of the start has to come."""
    return min(0.999, view.tolerance / hypot(*view.land.start))


def _pair(view: OptimView, found: RateMap, foretold: tuple[Floats, Floats]) -> None:
    """One pair of the map: the error along both directions of the bowl, beside theory."""
    rate, momentum = view.pair or polyak(view)
    paths, _ = walked(config := view.paired(rate, momentum), config.key)
    x1, x2 = paths.positions[0].T
    angle = radians(view.land.get("rotation"))
    turned = (cos(angle) * x1 + sin(angle) * x2, cos(angle) * x2 - sin(angle) * x1)
    directions = [
        Direction(one, error, float(damping.radius(rate, momentum, one)),
                  damping.regime(rate, momentum, one))
        for one, error in zip(curvatures(view), turned, strict=True)
    ]  # fmt: skip
    st.markdown(say("optimizers.pair", rate=f"{rate:.4g}", momentum=f"{momentum:.4g}"))
    chart(damping_figures.errors(directions), "optim_directions", say("optimizers.pair_alt"))
    ratio = compared(found, foretold[1], view.most)
    st.caption(
        say("optimizers.pair_key", root=f"{sqrt(momentum):.3f}")
        + (" " + say("optimizers.pair_checked", ratio=f"{ratio:.2f}") if ratio else "")
    )
    st.button(
        say("optimizers.pair_walk"),
        key="optim_pair_walk",
        icon=":material/route:",
        on_click=lambda: sections.go("optimizers", "surfaces", walks(view, config)),
    )


def walks(view: OptimView, config: Walk) -> OptimView:
    """The view of the section of surfaces that shows one walk."""
    shared = ("surface", "optimizers", "rates", "rules", "steps")
    return OptimView(**dict(view) | {name: config.get(name) for name in shared} | {"start": ()})


def compared(found: RateMap, updates: Floats, most: int) -> float | None:
    """Median over the map of updates as measured over those that theory foretells."""
    both = (found.minimum >= 0) & (updates < most) & (updates >= 10)
    return float(np.median(found.steps[both] / updates[both])) if both.any() else None


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
