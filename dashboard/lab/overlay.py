"""Other runs drawn behind this one, and what differs between them."""

import streamlit as st

from dashboard import link
from dashboard.controls import KEPT, what_differs
from dashboard.lab.view import View
from dashboard.runtime import store
from dashboard.words import say
from engine.training import TrainConfig
from engine.work import load

MOST = 6


def differing(config: TrainConfig, key: str) -> str:
    """How a stored run differs from this one, as short text; its key where it cannot be told."""
    run = store().run(key)
    if run is None:
        return key
    try:
        other = load(run.config)
    except ValueError:  # of a version that had other settings
        return key
    if not isinstance(other, TrainConfig):
        return key
    gaps = what_differs(config, other)
    return ", ".join(f"{title} {there}" for title, (_, there) in list(gaps.items())[:3]) or key


def overlay(config: TrainConfig, view: View) -> None:
    """Choose stored runs to draw behind this one; pinned ones come first."""
    runs = [run for run in store().runs() if run.kind == "train" and run.key != config.key]
    keys = [run.key for run in sorted(runs, key=lambda run: not run.pinned) if run.step][:60]
    chosen = [key for key in view.overlay if key in keys]
    if st.session_state.get("lab_overlay") != chosen:
        st.session_state["lab_overlay"] = chosen
    # A menu tells its choices apart by their words alone, and runs may differ in what is not said.
    names = {key: f"{differing(config, key)} ({key[:6]})" for key in keys}
    st.multiselect(
        say("lab.compare_with"),
        keys,
        format_func=lambda key: names.get(key, key),
        key="lab_overlay",
        max_selections=MOST,
        help=say("lab.compare_help"),
        on_change=lambda: link.write(
            View, view.with_("overlay", tuple(st.session_state["lab_overlay"]))
        ),
        **KEPT,
    )
