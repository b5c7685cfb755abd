"""The sidebar's own widgets: which optimizers take part, and the knobs of one of them."""

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import KEPT, apply, control, log_grid, short
from dashboard.core.words import say, tr
from dashboard.optimizers.view import OptimView
from engine.config import Knob, bounds, encode, shown
from engine.optim import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.topics.optimizers.surfaces import Surface

SWITCHES = {"adam": "bias_correction", "lion": "one_beta"}  # what common mistakes leave out


def optimizers(view: OptimView, surface: Surface | None = None) -> None:
    """Who takes part, and rate and knobs of one at a time.

    Args:
        surface: whose learning rates are set; None: rates are tried, and not set one by one.
    """
    key = "optim_optimizers"
    if st.session_state.get(key) != list(view.optimizers):
        st.session_state[key] = list(view.optimizers)

    def changed() -> None:
        chosen = [id for id in OPTIMIZERS if id in st.session_state[key]]
        if chosen:
            link.write(OptimView, view.with_("optimizers", tuple(chosen)))
        else:
            link.note(say("optimizers.nobody"))

    st.multiselect(
        say("optimizers.optimizers"),
        list(OPTIMIZERS),
        format_func=label,
        key=key,
        on_change=changed,
        **KEPT,
    )
    tune(view, surface)


def tune(view: OptimView, surface: Surface | None) -> None:
    """Formula, learning rate and knobs of one optimizer."""
    key = "optim_tune"
    if st.session_state.get(key) != view.tuned:
        st.session_state[key] = view.tuned
    st.selectbox(
        say("optimizers.tune"),
        list(view.optimizers),
        format_func=label,
        key=key,
        on_change=lambda: link.write(OptimView, view.with_("tune", st.session_state[key])),
        help=tr(OPTIMIZERS[view.tuned].about.summary),
        **KEPT,
    )
    if surface is not None:
        _rate(view, view.tuned, surface)
    for name in view.rule(view.tuned).knobs():
        control(OptimView, "optim", view, f"rules.{view.tuned}.{name}")


def _rate(view: OptimView, id: str, surface: Surface) -> None:
    """The learning rate in use; the one that suits the surface is the link's 0, and follows it."""
    name, key = f"rates.{id}", f"optim_rates.{id}"
    field = view.knobs()[name]
    look, (low, high) = shown(field) or Knob(title=name), bounds(field)
    now, suits = view.rate(id, surface), view.with_(name, 0.0).rate(id, surface)
    if st.session_state.get(key) != now:
        st.session_state[key] = now

    def changed() -> None:
        chosen = float(st.session_state[key])
        apply(OptimView, view, {name: encode(0.0 if chosen == suits else chosen)})

    st.select_slider(
        tr(look.title),
        sorted({*log_grid(low, high, whole=False, also=now), suits} - {0.0}),
        key=key,
        help=tr(look.help) or None,
        format_func=short,
        on_change=changed,
        **KEPT,
    )
    st.caption(say("optimizers.in_use", rate=short(suits)))


def schedules(view: OptimView) -> None:
    """Which schedules train together."""
    key = "optim_compare"
    if st.session_state.get(key) != list(view.scheduled):
        st.session_state[key] = list(view.scheduled)

    def changed() -> None:
        chosen = tuple(id for id in SCHEDULES if id in st.session_state[key])
        if chosen:
            link.write(OptimView, view.with_("compare", chosen))
        else:
            link.note(say("optimizers.nobody"))

    st.multiselect(
        say("optimizers.schedules"),
        list(SCHEDULES),
        format_func=lambda id: tr(SCHEDULES[id].about.label),
        key=key,
        on_change=changed,
        max_selections=8,
        **KEPT,
    )


def label(id: str) -> str:
    return tr(OPTIMIZERS[id].about.label)


def knobs(view: OptimView, *names: str) -> None:
    """Knobs of these names, each followed by those of the part that it chooses."""
    part(view, "", names)


def network(view: OptimView, names: tuple[str, ...]) -> None:
    """Knobs of the training that all share."""
    with st.expander(say("optimizers.network"), key="optim_network", expanded=True):
        part(view, "base", names)


def part(view: OptimView, prefix: str, names: tuple[str, ...]) -> None:
    """Knobs of these names, each followed by those of the part that it chooses."""
    known = view.knobs()
    for name in names:
        whole = f"{prefix}.{name}" if prefix else name
        for knob in known:
            if knob == whole or (knob.startswith(f"{whole}.") and name != "model.hidden"):
                control(OptimView, "optim", view, knob)
