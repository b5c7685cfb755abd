"""The sidebar's own widgets: which optimizers take part, and the knobs of one of them."""

from collections.abc import Iterable

import streamlit as st

from dashboard.core import link
from dashboard.core.choices import held, one, several
from dashboard.core.controls import apply, control, log_grid, short
from dashboard.core.words import say, tr
from dashboard.language.called import member
from dashboard.optimizers.figures.walkers import name_of
from dashboard.optimizers.view import OptimView
from engine.config import Knob, bounds, encode, shown
from engine.optim import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.walk import RATE, varied

MOST_SCHEDULES = 8  # that train together


def optimizers(view: OptimView, surface: Surface | None = None) -> None:
    """Who takes part, and rate and knobs of one at a time.

    Args:
        surface: whose learning rates are set; None: rates are tried, and not set one by one.
    """
    several(
        "optim_optimizers",
        say("optimizers.optimizers"),
        {id: label(id) for id in OPTIMIZERS},
        view.optimizers,
        lambda chosen: link.write(OptimView, view.with_("optimizers", _sorted(chosen, OPTIMIZERS))),
    )
    tune(view, surface)


def tune(view: OptimView, surface: Surface | None) -> None:
    """Formula, learning rate and knobs of one optimizer."""
    one(
        "optim_tune",
        say("optimizers.tune"),
        {id: label(id) for id in view.optimizers},
        view.tuned,
        lambda id: link.write(OptimView, view.with_("tune", id)),
        help=tr(OPTIMIZERS[view.tuned].about.summary),
    )
    if surface is not None:
        _rate(view, view.tuned, surface)
    for name in view.rule(view.tuned).knobs():
        control(OptimView, "optim", view, f"rules.{view.tuned}.{name}")


def _rate(view: OptimView, id: str, surface: Surface) -> None:
    """The learning rate in use; the one that suits the surface is the link's 0, and follows it."""
    name = f"rates.{id}"
    field = view.knobs()[name]
    look, (low, high) = shown(field) or Knob(title=name), bounds(field)
    now, suits = view.rate(id, surface), view.with_(name, 0.0).rate(id, surface)

    def changed(chosen: float) -> None:
        apply(OptimView, view, {name: encode(0.0 if chosen == suits else chosen)})

    held(
        st.select_slider,
        f"optim_{name}",
        tr(look.title),
        now,
        changed,
        sorted({*log_grid(low, high, whole=False, also=now), suits} - {0.0}),
        help=tr(look.help) or None,
        format_func=short,
    )
    st.caption(say("optimizers.in_use", rate=short(suits)))


def several_walks(view: OptimView) -> None:
    """One optimizer more than once on one surface, with other values of one of its settings."""
    id = view.tuned
    names = {name: name_of(id, name) for name in varied(view.rule(id))}
    mine, _, now = view.several.partition(".")

    def chosen(name: str | None) -> None:
        values = proposal(view, id, name) if name else ()
        both = {"several": f"{id}.{name}" if name else "", "values": encode(values)}
        apply(OptimView, view, both)

    one(
        "optim_several",
        say("optimizers.several", name=label(id)),
        {"": say("optimizers.once"), **names},
        now if mine == id and now in names else "",
        chosen,
        help=say("optimizers.several_help"),
    )
    if view.several:
        knobs(view, "values")


def proposal(view: OptimView, id: str, name: str) -> tuple[float, ...]:
    """A few values that are worth seeing together, the present one among them."""
    if name == RATE:
        now = view.rate(id, view.surface)
        return tuple(sorted({round(min(10.0, factor * now), 12) for factor in (0.3, 1, 3)}))
    now = view.rule(id).get(name)
    if isinstance(now, bool):
        return (float(now), float(not now))
    field = view.rule(id).knobs()[name]
    (low, high), look = bounds(field), shown(field) or Knob(title=name)
    if look.log:
        found = {max(low, now / 100), now, min(high, 100 * now)}
    else:
        found = {low, now, 0.9 if low <= 0.9 <= high else high}
    return tuple(sorted(float(value) for value in found))


def schedules(view: OptimView) -> None:
    """Which schedules train together, each as it comes or with knobs of its own."""
    own = view.base.schedule.spelled
    every = dict.fromkeys([*SCHEDULES, *view.scheduled])

    def compared(chosen: tuple[str, ...]) -> None:
        link.write(OptimView, view.with_("compare", view.with_("compare", chosen).scheduled))

    several(
        "optim_compare",
        say("optimizers.schedules"),
        {text: member(SCHEDULES.parse(text)) for text in every},
        view.scheduled,
        compared,
        max_selections=MOST_SCHEDULES,
    )
    st.caption(say("optimizers.compose"))
    part(view, "base", ("schedule",))
    there, full = own in view.scheduled, len(view.scheduled) >= MOST_SCHEDULES
    st.button(
        say("optimizers.compare_too", name=member(view.base.schedule)),
        key="optim_compare_too",
        icon=":material/add:",
        disabled=there or full,
        help=say("optimizers.compared_already" if there else "optimizers.compare_too_help"),
        on_click=lambda: compared((*view.scheduled, own)),
    )


def _sorted(chosen: tuple[str, ...], family: Iterable[str]) -> tuple[str, ...]:
    """In the family's order: the same choice is the same race, whoever was clicked first."""
    return tuple(id for id in family if id in chosen)


def label(id: str) -> str:
    return tr(OPTIMIZERS[id].about.label)


def knobs(view: OptimView, *names: str, without: str = "") -> None:
    """Knobs of these names, each followed by those of the part that it chooses.

    Args:
        without: one of those that is left out.
    """
    part(view, "", names, without)


def network(view: OptimView, names: tuple[str, ...]) -> None:
    """Knobs of the training that all share."""
    with st.expander(say("optimizers.network"), key="optim_network", expanded=True):
        part(view, "base", names)


def part(view: OptimView, prefix: str, names: tuple[str, ...], without: str = "") -> None:
    """Knobs of these names, each followed by those of the part that it chooses."""
    known = view.knobs()
    for name in names:
        whole = f"{prefix}.{name}" if prefix else name
        for knob in (knob for knob in known if knob != without):
            if knob == whole or (knob.startswith(f"{whole}.") and name != "model.hidden"):
                control(OptimView, "optim", view, knob)
