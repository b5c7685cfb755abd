"""The sidebar's own widgets: which optimizers take part, and the knobs of one of them."""

import streamlit as st

from dashboard.core import link
from dashboard.core.controls import KEPT, apply, control, log_grid, short
from dashboard.core.words import say
from dashboard.optimizers.view import SECTIONS, OptimView
from engine.config import Knob, bounds, encode, shown
from engine.optim import OPTIMIZERS
from engine.optim.schedules import SCHEDULES

SWITCHES = {"adam": "bias_correction", "lion": "one_beta"}  # what common mistakes leave out


def section(view: OptimView) -> None:
    """The sections of the page, side by side."""
    key = "optim_section"
    if st.session_state.get(key) != view.section:
        st.session_state[key] = view.section

    def changed() -> None:
        if chosen := st.session_state[key]:
            apply(OptimView, view, {"section": chosen})

    st.segmented_control(
        say("optimizers.section"),
        list(SECTIONS),
        format_func=SECTIONS.__getitem__,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
        **KEPT,
    )


def optimizers(view: OptimView, rates: bool = True) -> None:
    """Who takes part, and rate and knobs of one at a time."""
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
    tune(view, rates)


def tune(view: OptimView, rates: bool) -> None:
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
        help=OPTIMIZERS[view.tuned].about.summary,
        **KEPT,
    )
    if rates:
        _rate(view, view.tuned)
    for name in view.rule(view.tuned).knobs():
        control(OptimView, "optim", view, f"rules.{view.tuned}.{name}")


def _rate(view: OptimView, id: str) -> None:
    """The learning rate in use; the one that suits the surface is the link's 0, and follows it."""
    name, key = f"rates.{id}", f"optim_rates.{id}"
    field = view.knobs()[name]
    look, (low, high) = shown(field) or Knob(title=name), bounds(field)
    now, suits = view.rates_in_use()[id], view.with_(name, 0.0).rates_in_use()[id]
    if st.session_state.get(key) != now:
        st.session_state[key] = now

    def changed() -> None:
        chosen = float(st.session_state[key])
        apply(OptimView, view, {name: encode(0.0 if chosen == suits else chosen)})

    st.select_slider(
        look.title,
        sorted({*log_grid(low, high, whole=False, also=now), suits} - {0.0}),
        key=key,
        help=look.help or None,
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
        format_func=lambda id: SCHEDULES[id].about.label,
        key=key,
        on_change=changed,
        max_selections=8,
        **KEPT,
    )


def label(id: str) -> str:
    return OPTIMIZERS[id].about.label


SHOWN = {  # knobs of each section, drawn in this order; "*" stands for the optimizers
    "weight": ("weight.learning_rate", "weight.w", "weight.x", "weight.y", "weight.steps"),
    "surfaces": ("surface", "steps", "*", "arrows", "solid", "twin", "start", "seed"),
    "basins": ("map", "land", "mover", "*", "side", "most", "tolerance", "seed"),
    "race": ("figure", "*", "tried", "seeds", "base"),
    "schedules": ("schedules", "base", "seeds"),
    "cost": ("parameters",),
    "sharp": ("landscape",),
}
OF_BASE = ("data", "model.hidden", "layers.activation", "batch_size", "epochs", "schedule")
OF_SCHEDULES = (
    "schedule",
    "data",
    "model.hidden",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
)
OF_LANDSCAPE: tuple[str, ...] = (
    "base.data",
    "base.optimizer",
    "base.learning_rate",
    "base.batch_size",
)
OF_LANDSCAPE += ("base.epochs", "base.seed", "side", "reach", "direction_seed")


def knobs(view: OptimView) -> None:
    """The knobs of the section on the screen, and of no other."""
    for name in SHOWN[view.section]:
        match name:
            case "*" if view.section != "basins" or view.map == "starts":
                if view.figure == "own" or view.section != "race":
                    optimizers(view, rates=view.section in ("surfaces", "basins"))
            case "schedules":
                schedules(view)
            case "base":
                of = OF_SCHEDULES if view.section == "schedules" else OF_BASE
                with st.expander(say("optimizers.network"), key="optim_network", expanded=True):
                    _part(view, "base", of)
            case "landscape":
                _part(view, "landscape", OF_LANDSCAPE)
            case _ if _fits(view, name):
                _part(view, "", (name,))


def _part(view: OptimView, prefix: str, names: tuple[str, ...]) -> None:
    """Knobs of these names, each followed by those of the part that it chooses."""
    known = view.knobs()
    for name in names:
        whole = f"{prefix}.{name}" if prefix else name
        for knob in known:
            if knob == whole or (knob.startswith(f"{whole}.") and name != "model.hidden"):
                control(OptimView, "optim", view, knob)


def _fits(view: OptimView, name: str) -> bool:
    """Whether a knob says anything about what is on the screen."""
    if name == "*" or (view.section == "race" and view.figure != "own"):
        return name == "figure"
    if view.section == "basins":
        if name == {"starts": "mover", "rates": "side"}[view.map]:
            return False
        return name != "seed" or bool(view.land.noise)
    return name != "seed" or bool(view.surface.noise)
